package io.tierkeeper.huf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HufExportTest {
  private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final List<String> FILES = List.of(
      "artifact_1_coherence_map.csv",
      "artifact_2_active_set.csv",
      "artifact_3_trace_report.jsonl",
      "artifact_4_error_budget.json",
      "stability_packet.csv",
      "run_stamp.json");

  static Stream<Arguments> samples() {
    HufConfig dual = new HufConfig("mass", Exclusion.DUAL, 1e-3, .05);
    HufConfig local = new HufConfig("mass", Exclusion.LOCAL, .05, null);
    List<Double> sweep = List.of(.01, .02, .05, .10, .20);
    return Stream.of(
        Arguments.of("sample-tau-002", HufConfig.ofTau(.02), sweep),
        Arguments.of("sample-tau-010", HufConfig.ofTau(.10), sweep),
        Arguments.of("tenants-tau-0055", HufConfig.ofTau(.055), List.of(.055, .1, .7)),
        Arguments.of("many-global", HufConfig.ofTau(1e-5), List.of(1e-5, 1e-4, 1e-3)),
        Arguments.of("many-local", local, List.of(.01, .05, .3)),
        Arguments.of("many-dual", dual, List.of(1e-4, 1e-3, .01)),
        Arguments.of("odd-names", HufConfig.ofTau(1e-5), List.of(1e-5, .1, .9)));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void writesWhatTheFrameworkWritesByteForByte(
      String sample, HufConfig config, List<Double> taus, @TempDir Path written) throws Exception {
    Path golden = resource(sample);

    HufExport.write(
        written,
        items(golden),
        config,
        taus,
        RunStamp.of("dataset-" + sample, "tierkeeper", config, CREATED));

    for (String file : FILES) {
      assertThat(Files.readString(written.resolve(file)))
          .as("%s of %s", file, sample)
          .isEqualTo(Files.readString(golden.resolve(file)));
    }
  }

  @Test
  void hashesTheConfigurationAsTheFrameworkDoes() {
    assertThat(HufConfig.ofTau(.02).paramHash()).isEqualTo("9d414586b6ac6092");
    assertThat(HufConfig.ofTau(.1).paramHash()).isEqualTo("7f52ee1995f73759");
  }

  @Test
  void countsTheItemsThatCoverNineTenths() throws Exception {
    assertThat(HufCycle.run(items(resource("sample-tau-002")), HufConfig.ofTau(.02))
            .itemsToCover90pct())
        .isEqualTo(3);
  }

  @Test
  void keepsAWhollyExcludedRegimeInTheMap() throws Exception {
    HufCycle cycle = HufCycle.run(items(resource("tenants-tau-0055")), HufConfig.ofTau(.055));

    assertThat(cycle.coherenceMap())
        .filteredOn(row -> row.regimeId().equals("hooli"))
        .containsExactly(new HufCycle.RegimeRow("hooli", .05, 0, .05, 0, false));
    assertThat(cycle.discardedBudgetGlobal()).isEqualTo(.05);
  }

  @Test
  void printsFloatsAsPythonDoes() throws Exception {
    List<String> lines = Files.readAllLines(resource("python-floats.tsv"));
    assertThat(lines).hasSizeGreaterThan(200);
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      assertThat(PythonText.repr(Double.parseDouble(fields[0]))).isEqualTo(fields[1]);
    }
  }

  @Test
  void sumsAsNumpyAndPandasDo() throws Exception {
    List<String> lines = Files.readAllLines(resource("numpy-sums.tsv"));
    double[] terms = Arrays.stream(lines.get(0).split(" ", -1))
        .mapToDouble(Double::parseDouble)
        .toArray();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t", -1);
      double[] first = Arrays.copyOf(terms, Integer.parseInt(fields[0]));
      NumpySum.Kahan kahan = new NumpySum.Kahan();
      Arrays.stream(first).forEach(kahan::add);

      assertThat(NumpySum.pairwise(first))
          .as("sum of %s", fields[0])
          .isEqualTo(Double.parseDouble(fields[1]));
      assertThat(kahan.value())
          .as("grouped sum of %s", fields[0])
          .isEqualTo(Double.parseDouble(fields[2]));
    }
  }

  @Test
  void ordersEqualSharesByName() {
    List<HufItem> items = List.of(item("b", 2), item("c", 2), item("a", 2));

    HufCycle cycle = HufCycle.run(items, HufConfig.ofTau(0));

    assertThat(cycle.activeSet().stream().map(row -> row.item().itemId()))
        .containsExactly("a/id=k", "b/id=k", "c/id=k");
    assertThat(cycle.coherenceMap().stream().map(HufCycle.RegimeRow::regimeId))
        .containsExactly("a", "b", "c");
  }

  @Test
  void marksAThresholdThatKeepsNothing() {
    List<HufItem> items = List.of(item("a", 60), item("b", 40));

    StabilityPacket packet = StabilityPacket.of(items, HufConfig.ofTau(.1), List.of(.1, .5, .9));

    assertThat(packet.rows().get(1)).isEqualTo(new StabilityPacket.Row(.5, 1, .4, .5, 1, 0, false));
    assertThat(packet.rows().get(2)).isEqualTo(new StabilityPacket.Row(.9, 0, 1, 0, 0, 0, true));
  }

  @Test
  void comparesRanksAndSets() {
    assertThat(StabilityPacket.spearman(new double[] {3, 1, 2}, new double[] {30, 10, 20}))
        .isEqualTo(1);
    assertThat(StabilityPacket.spearman(new double[] {1, 2, 3}, new double[] {3, 2, 1}))
        .isEqualTo(-1);
    assertThat(StabilityPacket.spearman(new double[] {1, 1}, new double[] {1, 2}))
        .isEqualTo(0);
    assertThat(StabilityPacket.jaccard(Set.of(), Set.of())).isEqualTo(1);
    assertThat(StabilityPacket.jaccard(Set.of("a", "b"), Set.of("b", "c"))).isEqualTo(1.0 / 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000999Z"})
  void leavesOutMicrosecondsThatAreZero(String instant) {
    assertThat(PythonText.isoformat(Instant.parse(instant))).isEqualTo("2026-01-02T03:04:05+00:00");
  }

  @Test
  void namesWhatItRefuses() {
    HufConfig config = HufConfig.ofTau(.9);
    refuses(
        () -> HufCycle.run(List.of(item("a", 5), item("b", 5)), config),
        "tau is 0.9 and excludes every item");
    refuses(() -> HufCycle.run(List.of(item("a", 0)), config), "the sum of the values is 0.0");
    refuses(
        () -> HufCycle.run(List.of(item("a", 1), item("a", 1)), config),
        "item a/id=k occurs twice");
    refuses(() -> item("a", -1), "value of item a/id=k is -1.0");
    refuses(() -> StabilityPacket.of(List.of(item("a", 1)), config, List.of(.1)), "at least 3");
    refuses(() -> new HufConfig("mass", Exclusion.DUAL, .1, null), "tauLocal is missing");
    refuses(() -> new HufConfig("heat", Exclusion.GLOBAL, .1, null), "budgetType is heat");
  }

  private static void refuses(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt, String message) {
    assertThatThrownBy(attempt)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static HufItem item(String tenant, long points) {
    return HufItem.ofPoints(tenant, "k", points, "in", "how");
  }

  private static List<HufItem> items(Path sample) throws IOException {
    return Files.readAllLines(sample.resolve("items.tsv")).stream()
        .map(line -> line.replace("\\n", "\n").split("\t", -1))
        .map(fields ->
            new HufItem(fields[0], fields[1], Double.parseDouble(fields[2]), fields[3], fields[4]))
        .toList();
  }

  private static Path resource(String name) throws URISyntaxException {
    URL url = Objects.requireNonNull(HufExportTest.class.getResource(name), name);
    return Path.of(url.toURI());
  }
}
