package io.tierkeeper.lab.benchmarks.search;

import io.tierkeeper.cli.report.Axis;
import io.tierkeeper.cli.report.Plot;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Row;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Section;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** The figures as SVG files: medians, which other work on the machine changes least, and recall. */
final class SearchCharts {
  static final String PROMOTION = "search-promotion.svg";
  static final String FILTER = "search-filter.svg";
  static final String QUANTIZATION = "search-quantization.svg";

  private static final int HEIGHT = 300;
  private static final double ROOM = 1.1;

  /** Differences of recall would not be seen on an axis from 0. */
  private static final double MIN_RECALL = 0.8;

  private static final double BAR_HEIGHT = 26;
  private static final int AROUND_BARS = 70;

  private SearchCharts() {}

  /** Writes the files into a directory, created if missing. */
  static void write(Path directory, SearchReport report) throws IOException {
    if (!report.timed()) {
      throw new IllegalArgumentException("charts show latencies, which were not measured");
    }
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(PROMOTION), promotion(report));
    Files.writeString(directory.resolve(FILTER), bars(report, Section.FILTER));
    Files.writeString(directory.resolve(QUANTIZATION), bars(report, Section.QUANTIZATION));
  }

  private static String promotion(SearchReport report) {
    return Plot.document(List.of(
        lines(
            report,
            "Median of the big tenant's searches in ms, for each hnsw_ef",
            0,
            SearchCharts::median),
        lines(
            report,
            "Recall@10 of the big tenant's searches, for each hnsw_ef",
            MIN_RECALL,
            row -> row.figures().recall())));
  }

  private static Plot lines(
      SearchReport report, String title, double least, ToDoubleFunction<Row> value) {
    List<Row> rows = report.rows().stream()
        .filter(row -> row.section() == Section.PROMOTION
            && row.of().equals(SearchRun.BIG_TENANT)
            && !row.search().equals(SearchRun.EXACT))
        .toList();
    double most = rows.stream().mapToDouble(value).max().orElse(1);
    Axis up = Axis.across("", least, least == 0 ? most * ROOM : 1);
    double first = SearchRun.EFS.getFirst();
    Axis across = new Axis(
        "",
        first,
        SearchRun.EFS.getLast(),
        Axis.Scale.LOGARITHMIC,
        false,
        SearchRun.EFS.stream()
            .map(ef -> new Axis.Tick(ef, Integer.toString(ef)))
            .toList());
    Plot plot = new Plot(
        title,
        across,
        new Axis("", up.min(), up.max(), Axis.Scale.LINEAR, true, up.ticks()),
        HEIGHT);
    List<String> profiles = rows.stream().map(Row::profile).distinct().toList();
    double[] efs = SearchRun.EFS.stream().mapToDouble(ef -> ef).toArray();
    for (String profile : profiles) {
      for (Stage stage : Stage.values()) {
        double[] values = SearchRun.EFS.stream()
            .mapToDouble(ef -> rows.stream()
                .filter(row -> row.profile().equals(profile)
                    && row.stage() == stage
                    && row.search().equals(SearchRun.name(ef)))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN))
            .toArray();
        plot.line(
            "c" + profiles.indexOf(profile) + (stage == Stage.SHARED ? " dashed" : ""),
            efs,
            values,
            profile + ", " + stage.word());
      }
    }
    return plot;
  }

  private static String bars(SearchReport report, Section section) {
    List<Row> rows =
        report.rows().stream().filter(row -> row.section() == section).toList();
    return Plot.document(List.of(
        bars(rows, "Median, ms", SearchCharts::median),
        bars(rows, "Recall@10", row -> row.figures().recall())));
  }

  private static Plot bars(List<Row> rows, String title, ToDoubleFunction<Row> value) {
    double top = rows.stream().mapToDouble(value).max().orElse(1) * ROOM;
    Plot plot = new Plot(
        title,
        Axis.across("", 0, top),
        Axis.names(rows.stream().map(Row::search).toList()),
        (int) (BAR_HEIGHT * rows.size() + AROUND_BARS));
    for (int i = 0; i < rows.size(); i++) {
      double at = rows.size() - i - 0.5;
      plot.bar("c0", value.applyAsDouble(rows.get(i)), at);
      plot.dot(
          "c0",
          value.applyAsDouble(rows.get(i)),
          at,
          1,
          String.format(Locale.ROOT, "%.3f", value.applyAsDouble(rows.get(i))));
    }
    return plot;
  }

  private static double median(Row row) {
    return Objects.requireNonNull(row.figures().latency()).p50();
  }
}
