package io.tierkeeper.cli.check;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.cli.QdrantOption;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says whether a collection can be tiered, gate by gate. */
@Command(
    name = "check",
    description = {
      "Check whether a collection can be tiered, gate by gate, with the command that corrects each.",
      "Needs no Kubernetes. Changes nothing: to try the rights of the API key it removes an alias that does not exist."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":the collection can be tiered",
      ExitCode.FAILURE + ":a gate failed, or no peer answers",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} check --qdrant http://qdrant:6334 --collection kb")
public final class CheckCommand implements Subcommand, Callable<Integer> {
  private static final String USUAL_FIELD = "group_id";

  @Mixin
  QdrantOption qdrant = new QdrantOption();

  @Option(
      names = "--collection",
      required = true,
      paramLabel = "NAME",
      description = "Collection to check.")
  String collection = "";

  @Option(
      names = "--tenant-key",
      paramLabel = "FIELD",
      description =
          "Payload field of the tenant; default: the field that the collection has indexed with is_tenant, else group_id.")
  @Nullable
  String tenantKey;

  @Option(
      names = "--fallback-key",
      paramLabel = "KEY",
      defaultValue = "default",
      description = "Fallback shard key of the collection; default ${DEFAULT-VALUE}.")
  String fallbackKey = "";

  @Mixin
  OutputOption output = new OutputOption();

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!qdrant.given()) {
      throw new UsageException("--qdrant is required, as in --qdrant http://host:6334");
    }
    if (fallbackKey.isEmpty()) {
      throw new UsageException("--fallback-key '' is not allowed; allowed: a name");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (QdrantCluster cluster = qdrant.connect()) {
      CheckText text = new CheckText(
          collection,
          new CollectionCheck(cluster, asSpec(cluster), collection, ShardKey.of(fallbackKey))
              .run());
      if (output.structured()) {
        output.print(out, text.json());
      } else {
        text.print(out);
      }
      out.flush();
      return text.passed() ? ExitCode.OK : ExitCode.FAILURE;
    } catch (QdrantException e) {
      throw new FailureException("Qdrant: " + e.getMessage());
    }
  }

  /** What a TieredCollection would say. */
  private TieredCollectionSpec asSpec(QdrantCluster cluster) {
    Map<String, Object> fields = Map.of(
        "collection",
        collection,
        "tenantKey",
        tenantKey == null ? indexed(cluster) : tenantKey,
        "fallbackShardKey",
        fallbackKey,
        "qdrant",
        Map.of(
            "endpoints",
            qdrant.endpoints().endpoints().stream().map(URI::toString).toList()));
    return Serialization.jsonMapper().convertValue(fields, TieredCollectionSpec.class);
  }

  private String indexed(QdrantCluster cluster) {
    Optional<CollectionDescription> description;
    try {
      description = cluster.peers().getFirst().describe(collection);
    } catch (QdrantException e) {
      // The gates say it, with what to do.
      return USUAL_FIELD;
    }
    List<String> fields = description.stream()
        .flatMap(found -> found.indexedFields().entrySet().stream())
        .filter(entry -> isTenant(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
    return fields.size() == 1 ? fields.getFirst() : USUAL_FIELD;
  }

  private static boolean isTenant(IndexedField field) {
    return field.tenant();
  }
}
