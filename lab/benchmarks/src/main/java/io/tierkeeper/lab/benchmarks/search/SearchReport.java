package io.tierkeeper.lab.benchmarks.search;

import io.tierkeeper.cli.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run measured.
 *
 * @param server the version of Qdrant and how it ran
 * @param timed whether latency and throughput were measured: not on the emulator
 */
record SearchReport(
    String server,
    boolean timed,
    int processors,
    Options options,
    int bigTenantPoints,
    List<Promotion> promotions,
    List<ShardRow> shards,
    List<Row> rows) {

  /** What was asked for; equal options give equal points and searches. */
  record Options(int points, int dimensions, int tenants, int queries, int rounds, long seed) {}

  /** A promotion of the big tenant, made by the move engine. */
  record Promotion(String profile, double seconds) {}

  /**
   * A shard before or after the promotion.
   *
   * @param indexedShare points in segments that the optimiser has built, as a share of all: in {@code MultiTenant} only big
   *     tenants have a graph there
   */
  record ShardRow(
      String profile, Stage stage, String key, long points, int segments, double indexedShare) {}

  /** Where the big tenant is. */
  enum Stage {
    /** In the fallback shard key, among the small tenants. */
    SHARED,
    /** In its dedicated shard key. */
    DEDICATED;

    /** As it is printed. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the rows compare. */
  enum Section {
    PROMOTION("Before and after a promotion"),
    FILTER("Filters with and without a payload index, of the promoted tenant"),
    QUANTIZATION("Quantisation, of the promoted tenant");

    private final String title;

    Section(String title) {
      this.title = title;
    }
  }

  /**
   * Searches of one kind.
   *
   * @param of whose searches they are
   * @param search what differs from the other searches
   */
  record Row(
      Section section, String profile, Stage stage, String of, String search, Figures figures) {}

  /**
   * The figures of searches of one kind.
   *
   * @param recall share of the ten nearest points that were found, averaged over the queries
   * @param latency one search at a time; null on the emulator
   * @param perSecond searches of several clients at a time; null on the emulator
   * @param graphShare share of the searches of segments that used an HNSW graph; null where it is not known
   */
  record Figures(
      double recall,
      @Nullable Latency latency,
      @Nullable Double perSecond,
      @Nullable Double graphShare) {}

  /** Prints all tables. */
  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s, %d processors%n%,d points of %,d dimensions: %,d of one big tenant, the others of %,d small tenants%n"
            + "%,d queries, %d rounds, seed %d%n",
        server,
        processors,
        options.points(),
        options.dimensions(),
        bigTenantPoints,
        options.tenants(),
        options.queries(),
        options.rounds(),
        options.seed());
    if (!timed) {
      out.println(
          "No Qdrant: the emulator compares all points with each query, has no graph and no quantisation. Its latency is not printed.");
    }
    promotions.forEach(promotion -> out.printf(
        Locale.ROOT, "promotion in %s: %.1f s%n", promotion.profile(), promotion.seconds()));
    for (Section section : Section.values()) {
      Table table = new Table(
          "PROFILE",
          "BIG TENANT",
          "SEARCHES OF",
          "SEARCH",
          "RECALL@10",
          "P50 MS",
          "P95 MS",
          "P99 MS",
          "PER SECOND",
          "GRAPH");
      List<Row> ofSection =
          rows.stream().filter(row -> row.section() == section).toList();
      if (!ofSection.isEmpty()) {
        ofSection.forEach(row -> table.row(cells(row)));
        out.printf("%n%s%n", section.title);
        table.print(out, "");
      }
    }
    if (!shards.isEmpty()) {
      Table table =
          new Table("PROFILE", "BIG TENANT", "SHARD KEY", "POINTS", "SEGMENTS", "INDEXED");
      shards.forEach(shard -> table.row(
          shard.profile(),
          shard.stage().word(),
          shard.key(),
          String.format(Locale.ROOT, "%,d", shard.points()),
          Integer.toString(shard.segments()),
          percent(shard.indexedShare())));
      out.printf("%nShards%n");
      table.print(out, "");
    }
    out.flush();
  }

  private static String[] cells(Row row) {
    Figures figures = row.figures();
    Latency latency = figures.latency();
    return new String[] {
      row.profile(),
      row.stage().word(),
      row.of(),
      row.search(),
      number("%.3f", figures.recall()),
      latency == null ? "-" : number("%.2f", latency.p50()),
      latency == null ? "-" : number("%.2f", latency.p95()),
      latency == null ? "-" : number("%.2f", latency.p99()),
      figures.perSecond() == null ? "-" : number("%,.0f", figures.perSecond()),
      figures.graphShare() == null ? "-" : percent(Objects.requireNonNull(figures.graphShare()))
    };
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", share * 100);
  }
}
