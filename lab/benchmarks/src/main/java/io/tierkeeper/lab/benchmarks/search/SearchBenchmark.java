package io.tierkeeper.lab.benchmarks.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.cli.ProgressBars;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Options;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a promotion buys: recall, latency and throughput of searches before and after it. */
@Command(
    name = "tools/bench search",
    mixinStandardHelpOptions = true,
    description = {
      "Measures searches of a big tenant and of small ones before and after the promotion of the big one, in both profiles of",
      "provisioning and for hnsw_ef 64 to 512; filters with and without a payload index; and quantisation. Prints recall@10,",
      "latency, throughput, and how many searches used a graph. Uses QDRANT_BIN or qdrant on PATH (three peers)."
    },
    sortOptions = false)
public final class SearchBenchmark implements Callable<Integer> {
  private static final int MIN_DIMENSIONS = 2;
  private static final int MAX_DIMENSIONS = 65_536;

  @Option(
      names = "--qdrant",
      split = ",",
      paramLabel = "URL",
      description = "gRPC endpoints of a running Qdrant; the API key is in QDRANT_API_KEY.")
  private @Nullable List<URI> qdrant;

  @Option(
      names = "--rest-port",
      defaultValue = "6333",
      description = "Its REST port (${DEFAULT-VALUE}).")
  private int restPort;

  @Option(
      names = "--emulator",
      description =
          "Checks the searches and the promotion on the emulator, which has no graph and no quantisation; prints no latency.")
  private boolean emulator;

  @Option(
      names = "--points",
      defaultValue = "28000",
      description = "Points; half of them of the big tenant (${DEFAULT-VALUE}).")
  private int points;

  @Option(
      names = "--dimensions",
      defaultValue = "1024",
      description = "Dimensions of the vectors (${DEFAULT-VALUE}).")
  private int dimensions;

  @Option(
      names = "--tenants",
      defaultValue = "80",
      description = "Small tenants (${DEFAULT-VALUE}).")
  private int tenants;

  @Option(
      names = "--queries",
      defaultValue = "200",
      description = "Different queries of each kind of search (${DEFAULT-VALUE}).")
  private int queries;

  @Option(
      names = "--rounds",
      defaultValue = "2",
      description = "How often each query is timed (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of points and queries (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--charts",
      paramLabel = "DIR",
      description = "Write search-promotion.svg, search-filter.svg and search-quantization.svg.")
  private @Nullable Path charts;

  @Mixin
  private OutputOption output = new OutputOption();

  @Spec
  private @Nullable CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SearchBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    check();
    if (emulator) {
      try (EmulatedQdrant emulated = EmulatedQdrant.start(EmulatorOptions.defaults())) {
        print(measure(
            QdrantEndpoints.plain(
                emulated.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
                emulated.peers().stream().map(EmulatedPeer::restPort).toList()),
            "The emulator",
            true));
      }
    } else if (qdrant != null) {
      print(measure(
          QdrantEndpoints.plain(qdrant, List.of(restPort)).apiKey(System.getenv("QDRANT_API_KEY")),
          "Qdrant at " + qdrant,
          false));
    } else {
      Path binary = binary();
      try (LocalQdrant local = LocalQdrant.start(binary)) {
        print(measure(
            QdrantEndpoints.plain(local.endpoints(), local.restPorts()),
            local.description(),
            false));
      }
    }
    return 0;
  }

  private Path binary() {
    Optional<Path> binary = LocalQdrant.binary(System.getenv());
    return binary.orElseThrow(() -> usage(
        "no Qdrant was found: set QDRANT_BIN, put qdrant on PATH, or pass --qdrant URL. --emulator checks the searches on the"
            + " emulator, whose latency says nothing about Qdrant"));
  }

  /** Refuses options that leave nothing to measure. */
  private void check() {
    atLeast("--tenants", tenants, 1);
    atLeast("--queries", queries, 1);
    atLeast("--rounds", rounds, 1);
    atLeast("--dimensions", dimensions, MIN_DIMENSIONS);
    if (dimensions > MAX_DIMENSIONS) {
      throw usage(
          "--dimensions: " + dimensions + " is not allowed; allowed: at most " + MAX_DIMENSIONS);
    }
    // Each tenant has as many points as a search returns, the small ones in the other half.
    long least = Corpus.BIG_SHARE * (long) Question.LIMIT * tenants;
    if (points < least) {
      throw usage("--points: " + points + " is not allowed with --tenants " + tenants
          + "; allowed: at least " + least);
    }
    if (emulator && qdrant != null) {
      throw usage("--emulator and --qdrant exclude each other");
    }
    if (emulator && charts != null) {
      throw usage("--charts: the charts show latencies, which --emulator does not measure");
    }
  }

  private void atLeast(String option, int value, int least) {
    if (value < least) {
      throw usage(option + ": " + value + " is not allowed; allowed: at least " + least);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }

  private SearchReport measure(QdrantEndpoints plain, String server, boolean emulated) {
    QdrantEndpoints endpoints = plain.deadline(Duration.ofSeconds(60));
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    try (QdrantCluster cluster = GrpcQdrant.connect(endpoints);
        SearchClient client = new SearchClient(
            endpoints.endpoints().getFirst(),
            endpoints.apiKey(),
            TieredBench.COLLECTION,
            TieredBench.FALLBACK.toString());
        TieredBench bench = new TieredBench(cluster, endpoints, client, emulated);
        ProgressBar bar = ProgressBars.begin(err, "search", SearchRun.steps(emulated))) {
      return new SearchRun(
              bench,
              new Measurement(client::search, bench::segments, rounds, !emulated),
              new Options(points, dimensions, tenants, queries, rounds, seed),
              emulated,
              bar::step)
          .run(server);
    }
  }

  private void print(SearchReport report) throws IOException {
    if (charts != null) {
      SearchCharts.write(charts, report);
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (output.structured()) {
      print(out, report);
    } else {
      report.print(out);
    }
  }

  private void print(PrintWriter out, SearchReport report) throws JsonProcessingException {
    output.print(out, report);
    out.flush();
  }
}
