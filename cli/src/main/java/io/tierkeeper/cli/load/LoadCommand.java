package io.tierkeeper.cli.load;

import io.tierkeeper.cli.CtrlC;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.cli.QdrantOption;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.load.Load;
import io.tierkeeper.load.LoadReport;
import io.tierkeeper.load.LoadSettings;
import io.tierkeeper.load.LoadSettings.OnError;
import io.tierkeeper.load.journal.LoadIdentity;
import io.tierkeeper.load.mapping.Destination;
import io.tierkeeper.load.mapping.Destination.TenantType;
import io.tierkeeper.load.source.InvalidFileException;
import io.tierkeeper.load.write.QdrantSink;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.StrictMode;
import io.tierkeeper.qdrant.TenantId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads a file of vectors into a tiered collection. */
@Command(
    name = "load",
    description = {
      "Load vectors from a file into a tiered collection.",
      "Each point is written to {target: tenant, fallback}, so the load may run while tenants move. An interrupted load "
          + "resumes from its journal when the same command is given again."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":all rows are loaded, and the check found all of them",
      ExitCode.FAILURE + ":the load stopped, a row was rejected, or the check did not find a point",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} load vectors.jsonl --qdrant http://qdrant:6334 --collection kb",
      "  ${ROOT-COMMAND-NAME} load vectors.jsonl --qdrant http://qdrant:6334 --collection kb --dry-run",
      "  ${ROOT-COMMAND-NAME} load dump.csv --qdrant http://qdrant:6334 --collection kb --vector 'v*' --tenant customer --on-error skip"
    })
public final class LoadCommand implements Subcommand, Callable<Integer> {
  private static final String STANDARD_INPUT = "-";
  private static final int MAX_BATCH = 10_000;
  private static final int MAX_PARALLEL = 64;

  /** Ids in one read of the check. */
  private static final int MAX_IDS = 500;

  /** A batch that is applied while the optimizer runs takes long; a shorter deadline would repeat it. */
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Parameters(
      paramLabel = "FILE",
      description = "JSONL, CSV, Parquet or .npy file; - for standard input.")
  String file = "";

  @Mixin
  QdrantOption qdrant = new QdrantOption();

  @Mixin
  MappingOptions mapping = new MappingOptions();

  @Option(
      names = "--collection",
      required = true,
      paramLabel = "NAME",
      description = "Collection that gets the points.")
  String collection = "";

  @Option(
      names = "--tenant-key",
      paramLabel = "FIELD",
      description =
          "Payload field of the tenant; default: the field that the collection has indexed with is_tenant.")
  @Nullable
  String tenantKey;

  @Option(
      names = "--fallback-key",
      paramLabel = "KEY",
      defaultValue = "default",
      description = "Fallback shard key of the collection; default ${DEFAULT-VALUE}.")
  String fallbackKey = "";

  @Option(
      names = "--batch",
      paramLabel = "POINTS",
      defaultValue = "500",
      description = "Points in a write, at most; 1 to 10000, default ${DEFAULT-VALUE}.")
  int batch;

  @Option(
      names = "--parallel",
      paramLabel = "WRITES",
      defaultValue = "8",
      description =
          "Writes in flight, at most; fewer while Qdrant is slow, limits rates or has a long queue; 1 to 64, default ${DEFAULT-VALUE}.")
  int parallel;

  @Option(
      names = "--wait",
      description =
          "Wait until each write is applied; without it Qdrant answers when the write is in its log.")
  boolean wait;

  @Option(names = "--no-check", description = "Do not read all ids back at the end.")
  boolean noCheck;

  @Option(names = "--dry-run", description = "Read and check all rows, and write nothing.")
  boolean dryRun;

  @Option(
      names = "--on-error",
      paramLabel = "ACTION",
      defaultValue = "stop",
      description =
          "What a row does that cannot be loaded: stop ends the load there, skip writes the row's number and the reason to the file of rejects and continues; default ${DEFAULT-VALUE}.")
  OnError onError = OnError.STOP;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "File of rejected rows, JSONL; default FILE.rejects.jsonl.")
  @Nullable
  Path rejects;

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description =
          "Journal from which an interrupted load resumes; default FILE.journal; none for standard input.")
  @Nullable
  Path journal;

  @Option(
      names = "--restart",
      description = "Forget the journal of an interrupted load, and load all rows.")
  boolean restart;

  @Option(
      names = "--retry-for",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long a failed write is repeated; default ${DEFAULT-VALUE}.")
  int retrySeconds;

  @Mixin
  OutputOption output = new OutputOption();

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    checkNumbers();
    LoadSettings settings = settings();
    if (restart && settings.journal() != null) {
      Files.deleteIfExists(settings.journal());
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    LoadReport report;
    AtomicBoolean interrupted = new AtomicBoolean();
    try (CtrlC hook = new CtrlC(() -> interrupted.set(true))) {
      report = load(settings, interrupted);
      LoadText text = new LoadText(settings, collection, report);
      if (output.structured()) {
        output.print(out, text.json());
      } else {
        text.print(out);
      }
      text.problem().ifPresent(line -> {
        err.println("tierkeeper: " + line);
        err.flush();
      });
      out.flush();
    }
    return report.isSuccess() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private LoadReport load(LoadSettings settings, AtomicBoolean interrupted)
      throws IOException, InterruptedException {
    try {
      CollectionDescription description = describe();
      Destination destination = destination(description);
      int ids = maxIds(description.strictMode());
      try (QdrantCluster cluster = qdrant.connect(deadline(description));
          LoadBar bar = LoadBar.of(settings.dryRun() ? "check" : "load")) {
        return new Load(
                limited(settings, description),
                destination,
                new QdrantSink(cluster, destination, wait, ids),
                bar,
                interrupted::get)
            .run(identity(settings, destination));
      }
    } catch (InvalidFileException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (QdrantException e) {
      throw new FailureException("Qdrant: " + e.getMessage());
    }
  }

  /** Strict mode refuses reads of more; a read costs a token for each of its ids. */
  private static int maxIds(StrictMode strict) {
    long readRate = strict.readRateLimit().orElse(2L * MAX_IDS) / 2;
    return (int) LongStream.of(
            MAX_IDS,
            strict.conditionMaxSize().orElse(MAX_IDS),
            strict.maxQueryLimit().orElse(MAX_IDS),
            Math.max(1, readRate))
        .min()
        .getAsLong();
  }

  private static Duration deadline(CollectionDescription description) {
    OptionalLong max = description.strictMode().maxTimeout();
    return max.isPresent() && max.getAsLong() < DEADLINE.toSeconds()
        ? Duration.ofSeconds(max.getAsLong())
        : DEADLINE;
  }

  /** Strict mode refuses larger batches. */
  private static LoadSettings limited(LoadSettings settings, CollectionDescription description) {
    long batch = Math.min(
        settings.batch(),
        Math.min(
            description.strictMode().upsertMaxBatchsize().orElse(MAX_BATCH),
            description.strictMode().writeRateLimit().orElse(MAX_BATCH)));
    return settings.withBatch((int) Math.max(1, batch));
  }

  private CollectionDescription describe() {
    if (!qdrant.given()) {
      throw new UsageException("--qdrant is required, as in --qdrant http://host:6334");
    }
    try (QdrantCluster cluster = qdrant.connect()) {
      return cluster
          .peers()
          .getFirst()
          .describe(collection)
          .orElseThrow(() -> new UsageException("--collection '" + collection + "': Qdrant at "
              + qdrant.name() + " has no collection of this name"));
    }
  }

  private Destination destination(CollectionDescription description) {
    try (QdrantCluster cluster = qdrant.connect()) {
      QdrantReads peer = cluster.peers().getFirst();
      Destination destination = new DestinationOf(description)
          .with(tenantKey, fallbackKey, peer.view(collection).orElse(null));
      requireShared(peer, destination);
      return destination;
    }
  }

  /** With a tenant's dedicated key as the fallback, all other tenants would be loaded into it. */
  private void requireShared(QdrantReads peer, Destination destination) {
    if (destination.tenantType() == TenantType.INTEGER) {
      return;
    }
    TenantId named = TenantId.of(fallbackKey);
    ScrollRequest one = ScrollRequest.whole(
            collection,
            ShardSelector.key(destination.fallback()),
            Filter.tenant(destination.tenantField(), named),
            1)
        .idsOnly();
    if (!peer.scroll(one).points().isEmpty()) {
      throw new UsageException(
          "--fallback-key '" + fallbackKey + "' is the dedicated key of tenant '" + named
              + "'; allowed: the key that small tenants share");
    }
  }

  private void checkNumbers() {
    requireWithin("--batch", batch, MAX_BATCH);
    requireWithin("--parallel", parallel, MAX_PARALLEL);
    requireWithin("--retry-for", retrySeconds, (int) Duration.ofDays(1).toSeconds());
  }

  private static void requireWithin(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw new UsageException(option + " " + value + " is not allowed; allowed: 1 to " + max);
    }
  }

  private LoadSettings settings() {
    boolean standardInput = file.equals(STANDARD_INPUT);
    @Nullable Path path = standardInput ? null : Path.of(file);
    if (path != null) {
      MappingOptions.readable("FILE", path);
    }
    return new LoadSettings(
        mapping.source(path),
        mapping.mapping(),
        batch,
        parallel,
        onError,
        dryRun ? null : journal != null || path == null ? journal : beside(path, ".journal"),
        rejects != null
            ? rejects
            : beside(path == null ? Path.of("standard-input") : path, ".rejects.jsonl"),
        dryRun,
        !noCheck,
        Duration.ofSeconds(retrySeconds));
  }

  private static Path beside(Path path, String ending) {
    return path.resolveSibling(path.getFileName() + ending);
  }

  private LoadIdentity identity(LoadSettings settings, Destination destination) throws IOException {
    SortedMap<String, String> values = new TreeMap<>();
    values.put("collection", collection);
    values.put("tenantKey", destination.tenantField());
    values.put("fallbackKey", fallbackKey);
    values.put("format", settings.source().format().toString());
    values.put("mapping", settings.mapping().toString());
    values.put("types", settings.source().types().toString());
    for (Path each : settings.source().files()) {
      values.put("file " + each.getFileName(), LoadIdentity.ofFile(each));
    }
    return new LoadIdentity(values);
  }
}
