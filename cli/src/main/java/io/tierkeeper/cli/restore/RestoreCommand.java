package io.tierkeeper.cli.restore;

import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.cli.QdrantOption;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.moves.snapshot.Restoration;
import io.tierkeeper.moves.snapshot.RestoreException;
import io.tierkeeper.moves.snapshot.RestoreResult;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.moves.snapshot.StoredSnapshot;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Restores a tenant from a snapshot that a move has stored. */
@Command(
    name = "restore",
    description = {
      "Restore a tenant from a snapshot that a move has stored, into a new shard key.",
      "The points that the collection has are not touched. The command may be interrupted and repeated."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":restored and compared",
      ExitCode.FAILURE + ":not restored; the message says what to do",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} restore docs-acme-BeforeDemotion-1f0e.snapshot --qdrant http://qdrant-0:6334,http://qdrant-1:6334 --dry-run",
      "  ${ROOT-COMMAND-NAME} restore docs-acme-BeforeDemotion-1f0e.snapshot --qdrant http://qdrant-0:6334,http://qdrant-1:6334"
    })
public final class RestoreCommand implements Subcommand, Callable<Integer> {

  @Parameters(
      paramLabel = "FILE",
      description =
          "Snapshot; its description, FILE with .json in place of .snapshot, lies beside it.")
  Path file = Path.of("");

  @Mixin
  QdrantOption qdrant = new QdrantOption();

  @Option(
      names = "--to",
      paramLabel = "KEY",
      description =
          "Shard key that is created and gets the points; default: tierkeeper/restored/TENANT/r, which serves no tenant.")
  @Nullable
  String key;

  @Option(
      names = "--dry-run",
      description = "Check everything, print what would be done, and change nothing.")
  boolean dryRun;

  @Mixin
  OutputOption output = new OutputOption();

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!qdrant.given()) {
      throw new UsageException(
          "--qdrant is required, with the address of each peer, as in --qdrant http://qdrant-0:6334,http://qdrant-1:6334");
    }
    if (key != null && key.isEmpty()) {
      throw new UsageException("--to '' is not allowed; allowed: a name");
    }
    StoredSnapshot snapshot = snapshot();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    RestoreText text = new RestoreText(snapshot, output, out);
    try (QdrantCluster cluster = qdrant.connect();
        RestoreBar bar = new RestoreBar()) {
      Restoration restoration = new Restoration(
          cluster, file.resolveSibling(snapshot.file()), snapshot, key(snapshot), bar);
      if (dryRun) {
        text.plan(restoration.plan());
      } else {
        RestoreResult done = restoration.run();
        bar.close();
        text.done(done);
      }
      out.flush();
      return ExitCode.OK;
    } catch (RestoreException e) {
      throw new FailureException(String.valueOf(e.getMessage()));
    } catch (QdrantException e) {
      throw new FailureException("Qdrant: " + e.getMessage());
    }
  }

  private StoredSnapshot snapshot() {
    try {
      return SnapshotStore.read(file);
    } catch (IOException e) {
      throw new FailureException("the description of snapshot " + file + " cannot be read: " + e
          + "; copy the .json file of the same name beside it");
    }
  }

  /** The tenant's own name is its key, also where that is a number. */
  private ShardKey key(StoredSnapshot snapshot) {
    String named = key;
    if (named == null) {
      return ReservedNames.restored(snapshot.origin().tenant());
    }
    return named.equals(snapshot.origin().tenant())
        ? ShardKey.of(snapshot.origin().tenantId())
        : ShardKey.of(named);
  }
}
