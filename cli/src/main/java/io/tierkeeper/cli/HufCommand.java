package io.tierkeeper.cli;

import io.tierkeeper.audit.AuditFault;
import io.tierkeeper.audit.AuditReport;
import io.tierkeeper.audit.AuditVerifier;
import io.tierkeeper.huf.Exclusion;
import io.tierkeeper.huf.HufConfig;
import io.tierkeeper.huf.HufCycle;
import io.tierkeeper.huf.HufExport;
import io.tierkeeper.huf.HufSource;
import io.tierkeeper.huf.LiveScores;
import io.tierkeeper.huf.RecordedScores;
import io.tierkeeper.huf.RunStamp;
import io.tierkeeper.huf.ScoreFields;
import io.tierkeeper.huf.ScoreFile;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the HUF framework's artifacts. */
@Command(
    name = "huf",
    description = "Writes the HUF framework's four artifacts.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = HufCommand.Export.class,
    mixinStandardHelpOptions = true)
public final class HufCommand implements Subcommand {

  /** Exports one composition. */
  @Command(
      name = "export",
      description =
          "Exports a composition: of an audit file, whose chain is verified first, of a file of scores, or of a live collection.",
      mixinStandardHelpOptions = true)
  static final class Export implements Callable<Integer> {

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description =
            "An audit file (.jsonl), or scores as JSONL, CSV or TSV with the fields id, score and namespace.")
    @Nullable
    Path file;

    @Mixin
    QdrantOption qdrant = new QdrantOption();

    @Option(
        names = "--collection",
        paramLabel = "NAME",
        description = "With --qdrant: the collection to measure.")
    @Nullable
    String collection;

    @Option(
        names = "--tenant-key",
        paramLabel = "FIELD",
        defaultValue = "group_id",
        description = "With --qdrant: payload field of the tenant; default ${DEFAULT-VALUE}.")
    String tenantKey = "";

    @Option(
        names = "--fallback-key",
        defaultValue = "default",
        paramLabel = "KEY",
        description =
            "Name of the fallback shard key, where the audit file does not tell it; default ${DEFAULT-VALUE}.")
    String fallbackKey = "";

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description =
            "Of an audit file: the last evaluation at or before this instant, as 2026-11-21T00:50:00Z; default: the last of all.")
    @Nullable
    String at;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        description = "Where the files go.")
    Path directory = Path.of("");

    @Option(
        names = "--tau",
        defaultValue = "0.001",
        paramLabel = "SHARE",
        description = "The smallest share worth naming, 0 to 1; default ${DEFAULT-VALUE}.")
    double tau;

    @Option(
        names = "--exclusion",
        defaultValue = "global",
        paramLabel = "FRAME",
        description =
            "Whether tau is a share of everything, of its regime, or both with --tau-local: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    Exclusion exclusion = Exclusion.GLOBAL;

    @Option(
        names = "--tau-local",
        paramLabel = "SHARE",
        description = "With --exclusion dual: the smallest share of its regime worth naming.")
    @Nullable
    Double tauLocal;

    @Option(
        names = "--taus",
        paramLabel = "SHARE",
        split = ",",
        description =
            "Thresholds of the stability packet, at least three, the baseline first; default: tau, 2, 5 and 10 tau.")
    @Nullable
    List<Double> taus;

    @Option(names = "--id-field", defaultValue = "id", description = "Of scores; default id.")
    String idField = "";

    @Option(
        names = "--score-field",
        defaultValue = "score",
        description = "Of scores; default score.")
    String scoreField = "";

    @Option(
        names = "--regime-field",
        defaultValue = "namespace",
        description = "Of scores; default namespace.")
    String regimeField = "";

    @Option(
        names = "--negative",
        defaultValue = "clip",
        description =
            "What becomes of negative scores: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    ScoreFields.Negative negative = ScoreFields.Negative.CLIP;

    @Option(
        names = "--query",
        defaultValue = "query",
        description = "What the scores answer, for the trace; default query.")
    String query = "";

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      HufConfig config = config();
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      if ((file == null) == !qdrant.given()) {
        throw new UsageException("needs a FILE, or --qdrant with --collection");
      }
      if (file != null && !Files.isReadable(file)) {
        throw new UsageException(
            "FILE " + file + " must be a readable audit file or file of scores");
      }
      HufSource source;
      if (file == null) {
        source = live();
      } else if (audit(file)) {
        AuditReport report = AuditVerifier.verify(List.of(file), null);
        if (report.fault() instanceof AuditFault fault) {
          out.println("BROKEN " + fault + "; nothing was exported");
          return ExitCode.FAILURE;
        }
        source = recorded(file);
      } else {
        source = scores(file);
      }
      write(out, source, config);
      return ExitCode.OK;
    }

    private HufConfig config() {
      if (!(tau >= 0 && tau < 1)) {
        throw new UsageException("--tau " + tau + " must be at least 0 and below 1");
      }
      if (tauLocal != null && exclusion != Exclusion.DUAL) {
        throw new UsageException("--tau-local needs --exclusion dual");
      }
      try {
        return new HufConfig("mass", exclusion, tau, tauLocal);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--tau-local: " + e.getMessage());
      }
    }

    /** Whether the file is a trail; scores that are JSON too have no chain. */
    private static boolean audit(Path file) throws IOException {
      if (ScoreFile.delimited(file)) {
        return false;
      }
      if (Files.isDirectory(file)) {
        return true;
      }
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        String first = reader.readLine();
        return first == null || first.contains("\"entryhash\"");
      } catch (CharacterCodingException e) {
        // A trail that was tampered with; the verifier says where.
        return true;
      }
    }

    private HufSource live() {
      if (collection == null) {
        throw new UsageException("--qdrant needs --collection");
      }
      try (QdrantCluster cluster = qdrant.connect()) {
        return LiveScores.measure(
            cluster,
            qdrant.name(),
            collection,
            tenantKey,
            ShardKey.of(fallbackKey),
            Clock.systemUTC());
      } catch (IllegalArgumentException | QdrantException e) {
        throw new UsageException("--qdrant: " + e.getMessage());
      }
    }

    private HufSource recorded(Path trail) throws IOException {
      Instant until = null;
      try {
        until = at == null ? null : Instant.parse(at);
      } catch (DateTimeException e) {
        throw new UsageException("--at " + at + " must be an instant as 2026-11-21T00:50:00Z");
      }
      return RecordedScores.read(trail, until, fallbackKey)
          .orElseThrow(() -> new UsageException("FILE " + trail + " holds no measurement"
              + (at == null ? " yet" : " at or before " + at)));
    }

    private HufSource scores(Path scores) throws IOException {
      return ScoreFile.read(
          scores, new ScoreFields(idField, scoreField, regimeField, negative, query));
    }

    private void write(PrintWriter out, HufSource source, HufConfig config) throws IOException {
      HufCycle cycle;
      try {
        cycle = HufExport.write(
            directory,
            source.items(),
            config,
            taus == null ? List.of(tau, tau * 2, tau * 5, tau * 10) : taus,
            RunStamp.of(source.dataset(), "tierkeeper " + Main.version(), config, source.at()));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--tau " + tau + ": " + e.getMessage());
      }
      out.println("exported " + cycle.activeSet().size() + " items of " + source.dataset() + " to "
          + directory + ", " + cycle.itemsToCover90pct() + " cover 90 %");
    }
  }
}
