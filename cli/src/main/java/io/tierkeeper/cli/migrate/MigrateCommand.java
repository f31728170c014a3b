package io.tierkeeper.cli.migrate;

import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.cli.Prompt;
import io.tierkeeper.cli.QdrantOption;
import io.tierkeeper.cli.YesOption;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.migrate.Migration;
import io.tierkeeper.migrate.MigrationException;
import io.tierkeeper.migrate.MigrationSettings;
import io.tierkeeper.migrate.MigrationSpec;
import io.tierkeeper.migrate.MigrationSpec.Ids;
import io.tierkeeper.migrate.MigrationStatus;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies a collection of another layout into a tiered collection, and switches an alias. */
@Command(
    name = "migrate",
    description = {
      "Copy a collection of another layout into a tiered collection, and switch an alias to it.",
      "The source is a collection with automatic sharding, one whose fallback key has several shards, or one collection per tenant. "
          + "Applications write all the time, but for a pause at the switch. Each command may be interrupted and repeated."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":done",
      ExitCode.FAILURE + ":the migration cannot continue; nothing is lost",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} migrate docs --to docs-tiered --tenant-key group_id --qdrant http://qdrant:6334 --dry-run",
      "  ${ROOT-COMMAND-NAME} migrate docs --to docs-tiered --tenant-key group_id --qdrant http://qdrant:6334",
      "  ${ROOT-COMMAND-NAME} migrate docs --to docs-tiered --tenant-key group_id --qdrant http://qdrant:6334 --switch kb",
      "  ${ROOT-COMMAND-NAME} migrate 'docs_{tenant}' --to docs-tiered --tenant-key group_id --ids derive --qdrant http://qdrant:6334"
    })
public final class MigrateCommand implements Subcommand, Callable<Integer> {
  private static final int MAX_PASSES = 100;

  /** A write that is applied while the optimizer runs takes long; a shorter deadline would repeat it. */
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Parameters(
      paramLabel = "SOURCE",
      description =
          "Collection that the points come from, or the pattern of one collection per tenant, as in docs_{tenant}.")
  String source = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "NAME",
      description =
          "Tiered collection that gets the points; created with the settings of the source where it does not exist.")
  String target = "";

  @Mixin
  QdrantOption qdrant = new QdrantOption();

  @Option(
      names = "--tenant-key",
      paramLabel = "FIELD",
      description =
          "Payload field of the tenant; default: the field that the target or the source has indexed with is_tenant.")
  @Nullable
  String tenantKey;

  @Option(
      names = "--tenant-type",
      paramLabel = "TYPE",
      description =
          "Type of the tenant index that the target gets: keyword, uuid or integer; default: as in the source, else keyword.")
  @Nullable
  TenantIndex tenantType;

  @Option(
      names = "--fallback-key",
      paramLabel = "KEY",
      defaultValue = "default",
      description = "Fallback shard key of the target; default ${DEFAULT-VALUE}.")
  String fallbackKey = "";

  @Option(
      names = "--source-fallback-key",
      paramLabel = "KEY",
      defaultValue = "default",
      description =
          "Fallback shard key of a source with custom sharding; default ${DEFAULT-VALUE}.")
  String sourceFallbackKey = "";

  @Option(
      names = "--ids",
      paramLabel = "HOW",
      defaultValue = "keep",
      description =
          "With one collection per tenant: keep the ids, which must then be unique in all of them together, or derive a UUID from tenant and id; default ${DEFAULT-VALUE}.")
  Ids ids = Ids.KEEP;

  @Option(
      names = "--id-field",
      paramLabel = "FIELD",
      defaultValue = "source_id",
      description =
          "With --ids derive: payload field that keeps the id of the source; default ${DEFAULT-VALUE}.")
  String idField = "";

  @ArgGroup
  @Nullable
  Action action;

  /** What to do; without one of them the points are copied. */
  static final class Action {
    @Option(names = "--dry-run", description = "Print what would be done, and change nothing.")
    boolean dryRun;

    @Option(names = "--status", description = "Print how far the migration is, and change nothing.")
    boolean status;

    @Option(
        names = "--switch",
        paramLabel = "ALIAS",
        description =
            "Switch this alias to the target, when two passes have found both sides equal. All writers must be paused.")
    @Nullable
    String alias;

    @Option(
        names = "--back",
        description =
            "Copy what changed in the target back to the source, and switch the alias back. All writers must be paused.")
    boolean back;

    @Option(names = "--finish", description = "Delete the source; afterwards there is no way back.")
    boolean finish;
  }

  @Option(names = "--keep-source", description = "With --finish: do not delete the source.")
  boolean keepSource;

  @Option(
      names = "--ignore-late-writes",
      description =
          "With --back and --finish, and with an interrupted --switch: continue although the side that applications have left was written to after the switch; these writes are lost.")
  boolean ignoreLateWrites;

  @Option(
      names = "--settle",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "With --switch and --back: time between two passes that must find the same, longer than any write takes; default ${DEFAULT-VALUE}.")
  int settle;

  @Option(
      names = "--passes",
      paramLabel = "COUNT",
      defaultValue = "5",
      description =
          "Passes over all points, at most; a copy ends before if a pass finds nothing to do; 1 to 100, default ${DEFAULT-VALUE}.")
  int passes;

  @Option(
      names = "--retry-for",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long a failing call is repeated; default ${DEFAULT-VALUE}.")
  int retrySeconds;

  @Mixin
  YesOption yes = new YesOption();

  @Mixin
  OutputOption output = new OutputOption();

  @Spec
  @Nullable
  CommandSpec spec;

  Prompt prompt = Prompt.terminal();

  @Override
  public Integer call() throws IOException {
    requireWithin("--passes", passes, 1, MAX_PASSES);
    requireWithin("--settle", settle, 0, (int) Duration.ofHours(1).toSeconds());
    requireWithin("--retry-for", retrySeconds, 1, (int) Duration.ofDays(1).toSeconds());
    Action chosen = action == null ? new Action() : action;
    if (keepSource && !chosen.finish) {
      throw new UsageException("--keep-source is for --finish");
    }
    if (ignoreLateWrites && !chosen.finish && !chosen.back && chosen.alias == null) {
      throw new UsageException(
          "--ignore-late-writes is for --back and --finish, and for an interrupted --switch");
    }
    if (!qdrant.given()) {
      throw new UsageException("--qdrant is required, as in --qdrant http://host:6334");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (QdrantCluster cluster = qdrant.connect(deadline());
        MigrateBar bar = new MigrateBar()) {
      MigrationSpec migrated = migrationSpec(cluster);
      Migration migration = new Migration(cluster, migrated, settings(), bar);
      MigrateText text = new MigrateText(migrated, output, out);
      if (chosen.dryRun) {
        text.plan(migration.plan());
      } else if (chosen.status) {
        text.status(migration.status());
      } else {
        Optional<MigrationStatus> done = act(chosen, migration);
        bar.close();
        if (done.isPresent()) {
          text.done(done.get());
        }
      }
      out.flush();
      return ExitCode.OK;
    } catch (MigrationException e) {
      throw new FailureException(String.valueOf(e.getMessage()));
    } catch (QdrantException e) {
      throw new FailureException("Qdrant: " + e.getMessage());
    }
  }

  /** What was done; empty where the user answered no. */
  private Optional<MigrationStatus> act(Action chosen, Migration migration) {
    String alias = chosen.alias;
    if (alias != null) {
      return confirmed("Are all writers of " + source
              + " paused? They must not write until this command has ended.")
          ? Optional.of(migration.switchTo(alias))
          : Optional.empty();
    }
    if (chosen.back) {
      return confirmed("Are all writers of " + target
              + " paused? They must not write until this command has ended.")
          ? Optional.of(migration.back())
          : Optional.empty();
    }
    if (chosen.finish) {
      return confirmed(
              keepSource
                  ? "End the migration and keep " + source + "? There is no --back afterwards."
                  : "Delete " + source + "? There is no way back.")
          ? Optional.of(migration.finish(keepSource))
          : Optional.empty();
    }
    return Optional.of(migration.copy());
  }

  private boolean confirmed(String question) {
    return prompt.confirmed(yes.yes, Objects.requireNonNull(spec).commandLine().getErr(), question);
  }

  /** Strict mode refuses longer calls. */
  private Duration deadline() {
    try (QdrantCluster cluster = qdrant.connect()) {
      return described(cluster).stream()
          .flatMapToLong(each -> each.strictMode().maxTimeout().stream())
          .mapToObj(Duration::ofSeconds)
          .filter(limit -> limit.compareTo(DEADLINE) < 0)
          .min(Duration::compareTo)
          .orElse(DEADLINE);
    }
  }

  private List<CollectionDescription> described(QdrantCluster cluster) {
    return Stream.of(target, source)
        .flatMap(name -> cluster.peers().getFirst().describe(name).stream())
        .toList();
  }

  private static void requireWithin(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new UsageException(
          option + " " + value + " is not allowed; allowed: " + min + " to " + max);
    }
  }

  private MigrationSettings settings() {
    return new MigrationSettings(
        Duration.ofSeconds(retrySeconds), Duration.ofSeconds(settle), passes, ignoreLateWrites);
  }

  private MigrationSpec migrationSpec(QdrantCluster cluster) {
    List<CollectionDescription> described = described(cluster);
    String field = tenantKey == null ? indexed(described) : tenantKey;
    return new MigrationSpec(
        source,
        target,
        field,
        tenantType == null ? type(described, field) : tenantType,
        ShardKey.of(required("--fallback-key", fallbackKey)),
        ShardKey.of(required("--source-fallback-key", sourceFallbackKey)),
        ids,
        required("--id-field", idField));
  }

  private static String required(String option, String value) {
    if (value.isEmpty()) {
      throw new UsageException(option + " '' is not allowed; allowed: a name");
    }
    return value;
  }

  private String indexed(List<CollectionDescription> described) {
    return described.stream()
        .flatMap(each -> each.indexedFields().entrySet().stream())
        .filter(entry -> entry.getValue().tenant())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () -> new UsageException("--tenant-key is required: neither " + source + " nor "
                + target + " has an index with is_tenant that would name the field of the tenant"));
  }

  private static TenantIndex type(List<CollectionDescription> described, String field) {
    return described.stream()
        .flatMap(each -> Optional.ofNullable(each.indexedFields().get(field)).stream())
        .map(IndexedField::type)
        .flatMap(type -> Optional.ofNullable(
            switch (type) {
              case "keyword" -> TenantIndex.KEYWORD;
              case "uuid" -> TenantIndex.UUID;
              case "integer" -> TenantIndex.INTEGER;
              default -> null;
            })
            .stream())
        .findFirst()
        .orElse(TenantIndex.KEYWORD);
  }
}
