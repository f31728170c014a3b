package io.tierkeeper.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.load.LoadReport.End;
import io.tierkeeper.load.LoadSettings.OnError;
import io.tierkeeper.load.journal.LoadIdentity;
import io.tierkeeper.load.mapping.Destination;
import io.tierkeeper.load.mapping.Destination.TenantType;
import io.tierkeeper.load.mapping.Destination.VectorField;
import io.tierkeeper.load.mapping.Destination.VectorKind;
import io.tierkeeper.load.mapping.Mapping;
import io.tierkeeper.load.source.Format;
import io.tierkeeper.load.source.Source;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoadTest {
  private static final Destination DESTINATION = new Destination(
      "kb",
      ShardKey.of("default"),
      "group_id",
      TenantType.KEYWORD,
      Map.of("", new VectorField(VectorKind.DENSE, 2)));
  private static final LoadIdentity IDENTITY = new LoadIdentity(new TreeMap<>(Map.of("a", "b")));
  private static final Mapping GIVEN_IDS =
      new Mapping("id", List.of(), null, null, Map.of("", "vector"), List.of(), null);

  @TempDir
  Path directory;

  private Path file = Path.of("");
  private Path journal = Path.of("");
  private Path rejects = Path.of("");
  private final MemorySink sink = new MemorySink();

  @BeforeEach
  void names() {
    file = directory.resolve("v.jsonl");
    journal = directory.resolve("v.journal");
    rejects = directory.resolve("v.rejects");
  }

  private LoadSettings settings(OnError onError, Mapping mapping) {
    return new LoadSettings(
        new Source(file, Format.JSONL, Set.of("vector"), Map.of(), null),
        mapping,
        10,
        2,
        onError,
        journal,
        rejects,
        false,
        true,
        Duration.ofSeconds(5));
  }

  private LoadReport load(OnError onError, Mapping mapping, BooleanSupplier interrupted)
      throws Exception {
    return new Load(settings(onError, mapping), DESTINATION, sink, LoadProgress.NONE, interrupted)
        .run(IDENTITY);
  }

  private LoadReport load() throws Exception {
    return load(OnError.SKIP, Mapping.USUAL, () -> false);
  }

  /** Rows of three tenants, every eleventh of them wrong. */
  private List<String> rows(int count) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          i % 11 == 10
              ? "{\"group_id\":\"t1\",\"vector\":[" + i + "]}"
              : "{\"group_id\":\"t" + i % 3 + "\",\"n\":" + i + ",\"vector\":[" + i + ",1]}");
    }
    return rows;
  }

  private void write(List<String> rows) throws IOException {
    Files.write(file, rows);
  }

  private static Set<Object> numbers(Iterable<Point> points) {
    Set<Object> numbers = new HashSet<>();
    points.forEach(
        point -> assertThat(numbers.add(String.valueOf(point.payload().get("n"))))
            .as("written once: %s", point.payload())
            .isTrue());
    return numbers;
  }

  /** A process may die between any two bytes that it writes to the journal. */
  @Test
  void resumesFromEachPrefixOfItsJournal() throws Exception {
    write(rows(80));
    AtomicInteger asked = new AtomicInteger();
    LoadReport first = load(OnError.SKIP, Mapping.USUAL, () -> asked.incrementAndGet() > 70);
    assertThat(first.end()).isInstanceOf(End.Interrupted.class);
    byte[] whole = Files.readAllBytes(journal);
    byte[] allRejects = Files.readAllBytes(rejects);
    List<Point> before = List.copyOf(sink.writes);
    assertThat(before).isNotEmpty();
    for (int length = 0; length <= whole.length; length += length < 200 ? 1 : 37) {
      Files.write(journal, Arrays.copyOf(whole, length));
      Files.write(rejects, allRejects);
      sink.points.clear();
      sink.writes.clear();
      before.forEach(point -> sink.points.put(
          point.id(),
          new MemorySink.Stored(
              TenantId.of(String.valueOf(point.payload().get("group_id"))), point)));
      LoadReport report = load();
      assertThat(report.end()).isInstanceOf(End.Complete.class);
      assertThat(report.missing()).isZero();
      assertThat(report.rejected()).isEqualTo(7);
      assertThat(report.resumed() + report.rows()).isEqualTo(80);
      assertThat(sink.points).hasSize(73);
      numbers(sink.writes);
      assertThat(Files.readAllLines(rejects))
          .as("journal of %d bytes", length)
          .hasSize(7)
          .doesNotHaveDuplicates();
      assertThat(journal).doesNotExist();
    }
  }

  @Test
  void writesNoRowAgainThatItsJournalHas() throws Exception {
    write(rows(80));
    AtomicInteger asked = new AtomicInteger();
    load(OnError.SKIP, Mapping.USUAL, () -> asked.incrementAndGet() > 70);
    Set<Object> first = numbers(List.copyOf(sink.writes));
    sink.writes.clear();
    LoadReport report = load();
    assertThat(report.resumed()).isGreaterThan(first.size());
    assertThat(numbers(sink.writes)).doesNotContainAnyElementsOf(first).hasSize(73 - first.size());
  }

  @Test
  void survivesGarbageAtTheEndOfTheJournal() throws Exception {
    write(rows(80));
    AtomicInteger asked = new AtomicInteger();
    load(OnError.SKIP, Mapping.USUAL, () -> asked.incrementAndGet() > 70);
    byte[] whole = Files.readAllBytes(journal);
    for (int seed = 0; seed < 20; seed++) {
      byte[] tail = new byte[new Random(seed).nextInt(200)];
      if (seed % 2 == 0) {
        new Random(seed).nextBytes(tail);
      }
      byte[] file = Arrays.copyOf(whole, whole.length + tail.length);
      System.arraycopy(tail, 0, file, whole.length, tail.length);
      Files.write(journal, file);
      assertThat(load().missing()).isZero();
      assertThat(sink.points).hasSize(73);
    }
  }

  @Test
  void refusesTheJournalOfAnotherLoadAndFilesThatAreNone() throws Exception {
    write(rows(30));
    AtomicInteger asked = new AtomicInteger();
    load(OnError.SKIP, Mapping.USUAL, () -> asked.incrementAndGet() > 20);
    LoadIdentity other = new LoadIdentity(new TreeMap<>(Map.of("a", "c")));
    Load load = new Load(
        settings(OnError.SKIP, Mapping.USUAL), DESTINATION, sink, LoadProgress.NONE, () -> false);
    assertThatThrownBy(() -> load.run(other))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("a was 'b' and is 'c'")
        .hasMessageContaining("--restart");
    for (String content : List.of("my notes", "my notes\n", "{\"kind\":\"other\"}\n")) {
      Files.writeString(journal, content);
      assertThatThrownBy(this::load)
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("is not a journal of tierkeeper load");
      assertThat(journal).hasContent(content);
    }
  }

  @Test
  void stopsAtARowThatCannotBeLoadedAndReadsItAgainWhenItResumes() throws Exception {
    write(rows(30));
    LoadReport report = load(OnError.STOP, Mapping.USUAL, () -> false);
    assertThat(report.end())
        .isInstanceOfSatisfying(
            End.Stopped.class, stopped -> assertThat(stopped.row().row()).isEqualTo(11));
    assertThat(report.isSuccess()).isFalse();
    assertThat(rejects).doesNotExist();
    assertThat(load().rejected()).isEqualTo(2);
    assertThat(sink.points).hasSize(28);
  }

  @Test
  void refusesAnIdOfAnotherTenant() throws Exception {
    write(List.of(
        "{\"id\":1,\"group_id\":\"a\",\"vector\":[1,1]}",
        "{\"id\":1,\"group_id\":\"b\",\"vector\":[2,2]}",
        "{\"id\":2,\"group_id\":\"b\",\"vector\":[3,3]}"));
    LoadReport report = load(OnError.SKIP, GIVEN_IDS, () -> false);
    assertThat(report.rejected()).isEqualTo(1);
    assertThat(sink.points.get(PointId.of(1)))
        .extracting(stored -> stored.tenant())
        .isEqualTo(TenantId.of("a"));
    assertThat(Files.readString(rejects))
        .contains("\"line\":2", "an id that no point of another tenant has");
  }

  /** A sink that fails in some way before it writes. */
  private LoadReport loadThrough(MemorySink failing, LoadSettings settings) throws Exception {
    return new Load(settings, DESTINATION, failing, LoadProgress.NONE, () -> false).run(IDENTITY);
  }

  @Test
  void repeatsAWriteWhoseOutcomeIsUnknown() throws Exception {
    write(rows(30));
    AtomicInteger failures = new AtomicInteger();
    MemorySink lossy = new MemorySink() {
      @Override
      public synchronized void write(TenantId tenant, List<Point> batch, boolean ownOnly) {
        super.write(tenant, batch, ownOnly);
        if (failures.getAndIncrement() % 2 == 0) {
          throw new QdrantException.OutcomeUnknown("lost", null);
        }
      }
    };
    LoadReport report = loadThrough(lossy, settings(OnError.SKIP, Mapping.USUAL));
    assertThat(report.end()).isInstanceOf(End.Complete.class);
    assertThat(report.retries()).isPositive();
    assertThat(lossy.points).hasSize(28);
  }

  @Test
  void findsThePointsForWhichTheServerRefusesABatch() throws Exception {
    write(rows(40));
    MemorySink picky = new MemorySink() {
      @Override
      public synchronized void write(TenantId tenant, List<Point> batch, boolean ownOnly) {
        if (batch.stream()
            .anyMatch(point -> Long.valueOf(17).equals(point.payload().get("n")))) {
          throw new QdrantException.Rejected("no seventeen", null);
        }
        super.write(tenant, batch, ownOnly);
      }
    };
    LoadReport report = loadThrough(picky, settings(OnError.SKIP, Mapping.USUAL));
    assertThat(report.rejected()).isEqualTo(4);
    assertThat(picky.points).hasSize(36);
    assertThat(Files.readString(rejects)).contains("\"line\":18", "no seventeen");
  }

  @Test
  void endsWhereARepetitionDoesNotHelpAndResumes() throws Exception {
    write(rows(40));
    MemorySink closed = new MemorySink() {
      @Override
      public synchronized void write(TenantId tenant, List<Point> batch, boolean ownOnly) {
        throw new QdrantException.CredentialsRefused("wrong key", null);
      }
    };
    LoadReport report = loadThrough(closed, settings(OnError.SKIP, Mapping.USUAL));
    assertThat(report.end()).isEqualTo(new End.Failed("wrong key"));
    assertThat(load().missing()).isZero();
    assertThat(sink.points).hasSize(37);
  }

  @Test
  void writesAgainWhatTheServerHasLost() throws Exception {
    write(rows(40));
    Set<@Nullable Object> lost = new HashSet<>();
    MemorySink forgetful = new MemorySink() {
      @Override
      public synchronized void write(TenantId tenant, List<Point> batch, boolean ownOnly) {
        super.write(
            tenant,
            batch.stream()
                .filter(point -> !Long.valueOf(5).equals(point.payload().get("n"))
                    || !lost.add(point.payload().get("n")))
                .toList(),
            ownOnly);
      }
    };
    LoadReport report = loadThrough(forgetful, settings(OnError.SKIP, Mapping.USUAL));
    assertThat(report.rewritten()).isEqualTo(1);
    assertThat(report.missing()).isZero();
    assertThat(forgetful.points).hasSize(37);
  }
}
