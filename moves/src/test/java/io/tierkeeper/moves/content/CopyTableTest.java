package io.tierkeeper.moves.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.moves.content.CopyTable.Entry;
import io.tierkeeper.qdrant.PointId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CopyTableTest {

  private static Set<Entry> entries(SplittableRandom random, int count) {
    Set<Entry> entries = new HashSet<>();
    while (entries.size() < count) {
      entries.add(new Entry(random.nextLong(), random.nextLong()));
    }
    return entries;
  }

  private static CopyTable table(Set<Entry> first, Set<Entry> second) {
    CopyTable table = new CopyTable();
    first.forEach(entry -> table.add(entry.id(), entry.content()));
    second.forEach(entry -> table.add(entry.id(), entry.content()));
    return table;
  }

  /** Never wrong; nearly always an answer: of 1,000 tables with 32 differences one or two have none. */
  @Property
  void namesWhatDiffersHoweverMuchIsCommon(
      @ForAll long seed,
      @ForAll @IntRange(max = 5_000) int common,
      @ForAll @IntRange(max = 60) int here,
      @ForAll @IntRange(max = 60) int there) {
    SplittableRandom random = new SplittableRandom(seed);
    Set<Entry> both = entries(random, common);
    Set<Entry> one = entries(random, here);
    Set<Entry> other = entries(random, there);
    Optional<CopyTable.Difference> found = table(both, one).minus(table(both, other));
    found.ifPresent(difference -> {
      assertThat(difference.onlyHere()).isEqualTo(one);
      assertThat(difference.onlyThere()).isEqualTo(other);
    });
    if (here + there <= 8) {
      assertThat(found).isPresent();
    }
    if (here + there > 96) {
      assertThat(found).isEmpty();
    }
  }

  @Example
  void answersForAFewDozenDifferences() {
    SplittableRandom random = new SplittableRandom(7);
    long answered = 0;
    for (int run = 0; run < 2_000; run++) {
      Set<Entry> one = entries(random, 20);
      Set<Entry> other = entries(random, 20);
      answered += table(Set.of(), one).minus(table(Set.of(), other)).isPresent() ? 1 : 0;
    }
    assertThat(answered).isGreaterThan(1_980);
  }

  @Property
  void isReadBackAsItWasWritten(@ForAll @Size(max = 40) List<Long> ids) {
    Set<Entry> entries = ids.stream().map(id -> new Entry(id, ~id)).collect(Collectors.toSet());
    String text = table(entries, Set.of()).text();
    assertThat(text.length()).isLessThan(2_700);
    CopyTable read = CopyTable.of(text).orElseThrow();
    assertThat(read.text()).isEqualTo(text);
    assertThat(table(entries, Set.of(new Entry(1, 1))).minus(read))
        .hasValueSatisfying(
            difference -> assertThat(difference.onlyHere()).contains(new Entry(1, 1)));
  }

  @Example
  void takesWhatItCannotReadForNothing() {
    String text = new CopyTable().text();
    for (String other : List.of(
        "", "1:", "2" + text.substring(1), text.substring(0, text.length() - 4), "1:*" + text)) {
      assertThat(CopyTable.of(other)).as("%s", other).isEmpty();
    }
    assertThat(CopyTable.of(null)).isEmpty();
  }

  @Example
  void tellsNumbersAndUuidsApart() {
    UUID uuid = new UUID(0, 5);
    assertThat(PointContent.hash(PointId.of(5)))
        .isNotEqualTo(PointContent.hash(new PointId.Uuid(uuid)));
  }
}
