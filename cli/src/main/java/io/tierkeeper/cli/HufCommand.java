package io.tierkeeper.cli;

import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
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

/** Exports the artifacts of the HUF framework. */
@Command(
    name = "huf",
    description = "Export the four artifacts of the HUF framework.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = HufCommand.Export.class,
    mixinStandardHelpOptions = true)
public final class HufCommand implements Subcommand {

  /** Exports one composition. */
  @Command(
      name = "export",
      description =
          "Export a composition from an audit file (whose hash chain is verified first), a file of scores, or a live collection.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExample:%n",
      footer = "  ${ROOT-COMMAND-NAME} huf export audit.jsonl --out artifacts")
  static final class Export implements Callable<Integer> {

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description =
            "Audit file (.jsonl), or scores as JSONL, CSV or TSV with the fields id, score and namespace.")
    @Nullable
    Path file;

    @Mixin
    QdrantOption qdrant = new QdrantOption();

    @Option(
        names = "--collection",
        paramLabel = "NAME",
        description = "With --qdrant: collection to measure.")
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
            "Fallback shard key, if the audit file does not record it; default ${DEFAULT-VALUE}.")
    String fallbackKey = "";

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description =
            "With an audit file: export the last evaluation at or before this time, such as 2026-11-21T00:50:00Z; default: the last one.")
    @Nullable
    String at;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Output directory.")
    Path directory = Path.of("");

    @Option(
        names = "--tau",
        defaultValue = "0.001",
        paramLabel = "SHARE",
        description = "Smallest share to keep, 0 to 1; default ${DEFAULT-VALUE}.")
    double tau;

    @Option(
        names = "--exclusion",
        defaultValue = "global",
        paramLabel = "FRAME",
        description =
            "Base of tau: the total (global), the regime (local), or both with --tau-local (dual); default ${DEFAULT-VALUE}.")
    Exclusion exclusion = Exclusion.GLOBAL;

    @Option(
        names = "--tau-local",
        paramLabel = "SHARE",
        description = "With --exclusion dual: smallest share of the regime to keep.")
    @Nullable
    Double tauLocal;

    @Option(
        names = "--taus",
        paramLabel = "SHARE",
        split = ",",
        description =
            "Thresholds of the stability packet, at least three, baseline first; default: tau and 2, 5 and 10 times tau.")
    @Nullable
    List<Double> taus;

    @Option(
        names = "--id-field",
        paramLabel = "FIELD",
        defaultValue = "id",
        description = "ID field of scores; default id.")
    String idField = "";

    @Option(
        names = "--score-field",
        paramLabel = "FIELD",
        defaultValue = "score",
        description = "Score field of scores; default score.")
    String scoreField = "";

    @Option(
        names = "--regime-field",
        paramLabel = "FIELD",
        defaultValue = "namespace",
        description = "Regime field of scores; default namespace.")
    String regimeField = "";

    @Option(
        names = "--negative",
        paramLabel = "HANDLING",
        defaultValue = "clip",
        description =
            "Handling of negative scores: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    ScoreFields.Negative negative = ScoreFields.Negative.CLIP;

    @Option(
        names = "--query",
        paramLabel = "TEXT",
        defaultValue = "query",
        description = "Query that the scores belong to, recorded in the trace; default query.")
    String query = "";

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      HufConfig config = config();
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      if ((file == null) == !qdrant.given()) {
        throw new UsageException("FILE, or --qdrant with --collection, is required");
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
          out.println("BROKEN " + fault + "; nothing exported");
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
      if (Files.isDirectory(file) || file.toString().endsWith(".gz")) {
        return true;
      }
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        String first = reader.readLine();
        return first == null || first.contains("\"entryhash\"");
      } catch (CharacterCodingException e) {
        // A trail that was tampered with; the verifier reports where.
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
        throw new UsageException("--at " + at + " must be a time such as 2026-11-21T00:50:00Z");
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
