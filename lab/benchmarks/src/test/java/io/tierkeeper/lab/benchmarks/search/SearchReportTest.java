package io.tierkeeper.lab.benchmarks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.lab.benchmarks.search.SearchReport.Figures;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Options;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Promotion;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Row;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Section;
import io.tierkeeper.lab.benchmarks.search.SearchReport.ShardRow;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Stage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchReportTest {
  private static final Figures FIGURES =
      new Figures(0.9876, new Latency(400, 1.234, 5.678, 9.1), 1234.5, 0.5);

  @Test
  void printsATableForEachSection() {
    assertThat(printed(report(true))).isEqualTo("""
        Qdrant 1.19.0, 2 processors
        60,000 points of 384 dimensions: 20,000 of one big tenant, the others of 80 small tenants
        200 queries, 2 rounds, seed 1
        promotion in MultiTenant: 12.3 s

        Before and after a promotion
        PROFILE      BIG TENANT  SEARCHES OF    SEARCH      RECALL@10  P50 MS  P95 MS  P99 MS  PER SECOND  GRAPH
        MultiTenant  shared      big tenant     hnsw_ef 64      0.988    1.23    5.68    9.10       1,235   50 %
        MultiTenant  dedicated   small tenants  exact           1.000       -       -       -           -      -

        Quantisation, of the promoted tenant
        PROFILE      BIG TENANT  SEARCHES OF  SEARCH  RECALL@10  P50 MS  P95 MS  P99 MS  PER SECOND  GRAPH
        MultiTenant  dedicated   big tenant   none        0.988    1.23    5.68    9.10       1,235   50 %

        Shards
        PROFILE      BIG TENANT  SHARD KEY  POINTS  SEGMENTS  INDEXED
        MultiTenant  shared      default    60,000         3     33 %
        """);
  }

  @Test
  void saysThatTheEmulatorIsNotTimed() {
    assertThat(printed(report(false)))
        .contains("has no graph and no quantisation. Its latency is not printed.");
  }

  @Test
  void drawsTheFigures(@TempDir Path directory) throws Exception {
    SearchCharts.write(directory, charted());
    assertThat(Files.readString(directory.resolve("search-promotion.svg")))
        .contains(
            "<svg ",
            "Median of the big tenant",
            "Recall@10 of the big tenant",
            "MultiTenant, shared",
            "MultiTenant, dedicated",
            "HighThroughput, shared",
            "HighThroughput, dedicated",
            "c0 dashed")
        .doesNotContain("NaN");
    assertThat(Files.readString(directory.resolve("search-filter.svg")))
        .contains("1 of 10, indexed");
    assertThat(Files.readString(directory.resolve("search-quantization.svg")))
        .contains("binary, rescore", "1.234", "0.988");
  }

  @Test
  void drawsNoLatencyThatWasNotMeasured(@TempDir Path directory) {
    assertThatThrownBy(() -> SearchCharts.write(directory, report(false)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static SearchReport charted() {
    List<Row> rows = new ArrayList<>();
    for (String profile : List.of("MultiTenant", "HighThroughput")) {
      for (Stage stage : Stage.values()) {
        SearchRun.EFS.forEach(ef -> rows.add(row(
            Section.PROMOTION, profile, stage, SearchRun.BIG_TENANT, SearchRun.name(ef), FIGURES)));
      }
    }
    rows.add(row(Section.FILTER, "MultiTenant", Stage.DEDICATED, "", "1 of 10, indexed", FIGURES));
    rows.add(
        row(Section.QUANTIZATION, "MultiTenant", Stage.DEDICATED, "", "binary, rescore", FIGURES));
    return report(true, rows);
  }

  static SearchReport report(boolean timed) {
    return report(
        timed,
        List.of(
            row(
                Section.PROMOTION,
                "MultiTenant",
                Stage.SHARED,
                SearchRun.BIG_TENANT,
                "hnsw_ef 64",
                FIGURES),
            row(
                Section.PROMOTION,
                "MultiTenant",
                Stage.DEDICATED,
                SearchRun.NEIGHBOURS,
                "exact",
                new Figures(1, null, null, null)),
            row(
                Section.QUANTIZATION,
                "MultiTenant",
                Stage.DEDICATED,
                SearchRun.BIG_TENANT,
                "none",
                FIGURES)));
  }

  private static SearchReport report(boolean timed, List<Row> rows) {
    return new SearchReport(
        "Qdrant 1.19.0",
        timed,
        2,
        new Options(60_000, 384, 80, 200, 2, 1),
        20_000,
        List.of(new Promotion("MultiTenant", 12.34)),
        List.of(new ShardRow("MultiTenant", Stage.SHARED, "default", 60_000, 3, 0.333)),
        rows);
  }

  private static Row row(
      Section section, String profile, Stage stage, String of, String search, Figures figures) {
    return new Row(section, profile, stage, of, search, figures);
  }

  private static String printed(SearchReport report) {
    StringWriter text = new StringWriter();
    report.print(new PrintWriter(text));
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
