package io.tierkeeper.lab.benchmarks.search;

import io.qdrant.client.grpc.Points.QuantizationSearchParams;
import io.qdrant.client.grpc.Points.SearchParams;
import io.tierkeeper.api.v1alpha1.ProvisionSpec.Profile;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Figures;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Options;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Promotion;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Row;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Section;
import io.tierkeeper.lab.benchmarks.search.SearchReport.ShardRow;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Stage;
import io.tierkeeper.qdrant.settings.Quantization;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The order of a run: for each profile a collection, measured before and after the promotion of its big tenant. */
final class SearchRun {
  static final String BIG_TENANT = "big tenant";
  static final String NEIGHBOURS = "small tenants";
  static final String EXACT = "exact";
  static final List<Integer> EFS = List.of(64, 128, 256, 512);

  /** Of the searches that are not about hnsw_ef; Qdrant's default is ef_construct, which differs between the profiles. */
  static final int COMMON_EF = 128;

  private static final double OVERSAMPLING = 2;
  private static final float QUANTILE = 0.99f;

  private static final SearchParams COMMON = ef(COMMON_EF);

  private final TieredBench bench;
  private final Measurement measurement;
  private final Options options;
  private final boolean emulated;
  private final Corpus corpus;
  private final List<Question> big;
  private final List<Question> neighbours;
  private final List<Row> rows = new ArrayList<>();
  private final List<ShardRow> shards = new ArrayList<>();
  private final List<Promotion> promotions = new ArrayList<>();
  private final Runnable onStep;

  /** @param onStep called {@link #steps} times */
  SearchRun(
      TieredBench bench,
      Measurement measurement,
      Options options,
      boolean emulated,
      Runnable onStep) {
    this.bench = bench;
    this.measurement = measurement;
    this.options = options;
    this.emulated = emulated;
    this.onStep = onStep;
    this.corpus =
        new Corpus(options.points(), options.dimensions(), options.tenants(), options.seed());
    this.big = Question.ofTheBigTenant(corpus, options.queries(), options.seed() + 1);
    this.neighbours =
        Question.ofTheNeighbours(corpus, options.tenants(), options.queries(), options.seed() + 2);
  }

  /** How many steps a run has. */
  static int steps(boolean emulated) {
    int searches = 2 * (EFS.size() + 1) + (emulated ? 2 : 4);
    int quantizations = emulated ? 0 : 7;
    return Profile.values().length * (2 + searches) + 2 * Corpus.TAGS.size() + quantizations;
  }

  /** Runs everything. */
  SearchReport run(String server) {
    for (Profile profile : Profile.values()) {
      String name = profile.name();
      bench.create(name, corpus);
      onStep.run();
      stage(name, Stage.SHARED);
      promotions.add(new Promotion(name, bench.promote()));
      onStep.run();
      stage(name, Stage.DEDICATED);
      if (profile == Profile.MultiTenant) {
        bench.indexTags(options.dimensions());
        filters(name);
        if (!emulated) {
          quantizations(name);
        }
      }
    }
    return new SearchReport(
        server,
        !emulated,
        Runtime.getRuntime().availableProcessors(),
        options,
        corpus.pointsOf(0).length,
        promotions,
        shards,
        rows);
  }

  private void stage(String profile, Stage stage) {
    bench
        .segments()
        .shards()
        .forEach(shard -> shards.add(new ShardRow(
            profile, stage, shard.key(), shard.points(), shard.segments(), shard.indexedShare())));
    measurement.warmUp(big, COMMON);
    for (int ef : EFS) {
      row(
          Section.PROMOTION,
          profile,
          stage,
          BIG_TENANT,
          name(ef),
          () -> measurement.of(big, ef(ef)));
    }
    SearchParams exact = SearchParams.newBuilder().setExact(true).build();
    row(Section.PROMOTION, profile, stage, BIG_TENANT, EXACT, () -> measurement.of(big, exact));
    row(
        Section.PROMOTION,
        profile,
        stage,
        NEIGHBOURS,
        name(COMMON_EF),
        () -> measurement.of(neighbours, COMMON));
    if (!emulated) {
      row(
          Section.PROMOTION,
          profile,
          stage,
          NEIGHBOURS,
          name(COMMON_EF) + ", big tenant busy",
          () -> measurement.whileBusy(neighbours, COMMON, big, COMMON));
    }
  }

  private void filters(String profile) {
    for (int tag = 0; tag < Corpus.TAGS.size(); tag++) {
      for (boolean indexed : new boolean[] {true, false}) {
        List<Question> questions =
            Question.filtered(corpus, tag, indexed, options.queries(), options.seed() + 3);
        String search = "1 of " + Corpus.TAGS.get(tag) + (indexed ? ", indexed" : ", not indexed");
        row(
            Section.FILTER,
            profile,
            Stage.DEDICATED,
            BIG_TENANT,
            search,
            () -> measurement.of(questions, COMMON));
      }
    }
  }

  private void quantizations(String profile) {
    quantized(profile, "none", COMMON);
    bench.quantize(new Quantization.Scalar(QUANTILE, true));
    rescored(profile, "scalar");
    bench.quantize(new Quantization.Binary(true));
    rescored(profile, "binary");
  }

  private void rescored(String profile, String quantization) {
    quantized(profile, quantization + ", no rescore", rescore(false, 1));
    quantized(profile, quantization + ", rescore", rescore(true, 1));
    quantized(profile, quantization + ", rescore, oversampling 2", rescore(true, OVERSAMPLING));
  }

  private void quantized(String profile, String search, SearchParams params) {
    row(
        Section.QUANTIZATION,
        profile,
        Stage.DEDICATED,
        BIG_TENANT,
        search,
        () -> measurement.of(big, params));
  }

  private void row(
      Section section,
      String profile,
      Stage stage,
      String of,
      String search,
      Supplier<Figures> figures) {
    rows.add(new Row(section, profile, stage, of, search, figures.get()));
    onStep.run();
  }

  /** How rows name a search with this hnsw_ef. */
  static String name(int ef) {
    return "hnsw_ef " + ef;
  }

  private static SearchParams ef(int ef) {
    return SearchParams.newBuilder().setHnswEf(ef).build();
  }

  private static SearchParams rescore(boolean rescore, double oversampling) {
    return COMMON.toBuilder()
        .setQuantization(QuantizationSearchParams.newBuilder()
            .setIgnore(false)
            .setRescore(rescore)
            .setOversampling(oversampling))
        .build();
  }
}
