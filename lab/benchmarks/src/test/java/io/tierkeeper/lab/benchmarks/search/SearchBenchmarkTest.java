package io.tierkeeper.lab.benchmarks.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.operator.provision.ProvisionPlan;
import io.tierkeeper.qdrant.settings.Quantization;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SearchBenchmarkTest {

  private record Ran(int code, String out, String err) {}

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
      --points 1599 | --points: 1599 is not allowed with --tenants 80; allowed: at least 1600
      --points 19 --tenants 1 | --points: 19 is not allowed with --tenants 1; allowed: at least 20
      --dimensions 1 | --dimensions: 1 is not allowed; allowed: at least 2
      --dimensions 65537 | --dimensions: 65537 is not allowed; allowed: at most 65536
      --tenants 0 | --tenants: 0 is not allowed; allowed: at least 1
      --queries 0 | --queries: 0 is not allowed; allowed: at least 1
      --rounds 0 | --rounds: 0 is not allowed; allowed: at least 1
      -o xml | 'xml' is not table, wide, json or yaml
      --emulator --qdrant http://localhost:6334 | --emulator and --qdrant exclude each other
      --emulator --charts . | --charts: the charts show latencies, which --emulator does not measure
      """)
  void refusesOptionsWithTheAllowedValues(String arguments, String message) {
    Ran ran = run(arguments.split(" "));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(message);
  }

  @Test
  void theFewestPointsGiveEachTenantTenOrMore() {
    for (int tenants : new int[] {1, 2, 3, 80, 81}) {
      int points = 20 * tenants;
      Corpus corpus = new Corpus(points, 2, tenants, 1);
      for (int tenant = 0; tenant <= tenants; tenant++) {
        assertThat(corpus.pointsOf(tenant)).hasSizeGreaterThanOrEqualTo(Question.LIMIT);
      }
    }
  }

  @Test
  void searchesTheCollectionsThatTheOperatorCreates() {
    ProvisionPlan multiTenant = TieredBench.plan("MultiTenant", 384);
    assertThat(m(multiTenant)).isZero();
    assertThat(multiTenant.settings().quantization()).isEqualTo(Quantization.NONE);
    assertThat(multiTenant.payloadIndexes()).containsOnlyKeys("tag_10", "tag_100", "tag_1000");
    ProvisionPlan highThroughput = TieredBench.plan("HighThroughput", 384);
    assertThat(m(highThroughput)).isEqualTo(32);
    assertThat(highThroughput.settings().quantization()).isInstanceOf(Quantization.Scalar.class);
  }

  private static long m(ProvisionPlan plan) {
    return Objects.requireNonNull(plan.settings().vectors().get("")).hnsw().number("m", -1);
  }

  /** The emulator compares all points, so that anything below 1 is a wrong filter, selector or answer. */
  @Test
  void findsTheNearestPointsBeforeAndAfterThePromotionOnTheEmulator() throws Exception {
    Ran ran = run(
        "--emulator",
        "--points",
        "300",
        "--dimensions",
        "8",
        "--tenants",
        "4",
        "--queries",
        "20",
        "-o",
        "json");
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(ran.out());
    assertThat(report.path("timed").asBoolean(true)).isFalse();
    assertThat(report.path("promotions")).hasSize(2);
    assertThat(report.path("shards")).isEmpty();
    assertThat(report.path("rows")).hasSize(2 * 2 * 6 + 6);
    assertThat(report.path("rows")).hasSize(SearchRun.steps(true) - 4);
    for (JsonNode row : report.path("rows")) {
      assertThat(row.at("/figures/recall").asDouble()).as(row.toString()).isEqualTo(1);
      assertThat(row.at("/figures/latency").isNull()).isTrue();
      assertThat(row.at("/figures/perSecond").isNull()).isTrue();
    }
  }

  private static Ran run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = new CommandLine(new SearchBenchmark())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
    return new Ran(code, out.toString(), err.toString());
  }
}
