package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.UsageException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A verb that changes the pauses of collections. */
abstract class PauseVerb extends ClusterVerb {

  static final int MAX_PAUSES = 20;

  @Parameters(
      arity = "0..1",
      paramLabel = "COLLECTION",
      description = "TieredCollection; may be omitted if the namespace has one.")
  @Nullable
  String name;

  @Option(names = "--all", description = "All TieredCollections of the namespace.")
  boolean all;

  @Option(
      names = "--owner",
      paramLabel = "NAME",
      description = "Owner of the pause; default: the user of the kubeconfig.")
  @Nullable
  String owner;

  /** Reads the options, and returns what to do with each collection. */
  abstract Cluster.Change<TieredCollection> change(Cluster cluster, PrintWriter out);

  @Override
  final int run(Cluster cluster, PrintWriter out) throws JsonProcessingException {
    if (all && name != null) {
      throw new UsageException("--all and COLLECTION " + name + " are mutually exclusive");
    }
    Fleet fleet = new Fleet(cluster.list(TieredCollection.class, false), List.of(), List.of());
    if (all && fleet.collections().isEmpty()) {
      throw new FailureException("there is no TieredCollection in namespace " + cluster.namespace()
          + "; -n chooses another namespace");
    }
    List<TieredCollection> collections =
        all ? fleet.collections() : List.of(fleet.collection(name, cluster.namespace()));
    Cluster.Change<TieredCollection> change = change(cluster, out);
    for (TieredCollection resource : collections) {
      cluster.change(resource, change);
    }
    return ExitCode.OK;
  }

  /** The owner of a pause. */
  String owner(Cluster cluster) {
    return owner != null
        ? owner
        : cluster
            .user()
            .orElseThrow(() -> new UsageException(
                "the API server does not say who the user is; name the owner with --owner"));
  }

  /** The pauses that have not ended. */
  List<TieredCollectionSpec.Pause> inForce(TieredCollection resource) {
    return Objects.requireNonNullElse(
            resource.getSpec().pauses(), List.<TieredCollectionSpec.Pause>of())
        .stream()
        .filter(
            pause -> clock.instant().isBefore(TimeText.read(pause.until()).orElse(TimeText.FAR)))
        .toList();
  }

  /** Replaces the pauses; refused if the collection was changed since it was read. */
  static TieredCollection store(
      Cluster cluster, TieredCollection resource, List<TieredCollectionSpec.Pause> pauses) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode patch = mapper.createObjectNode();
    patch.putObject("metadata").put("resourceVersion", resource.getMetadata().getResourceVersion());
    patch.putObject("spec").set("pauses", pauses.isEmpty() ? null : mapper.valueToTree(pauses));
    return cluster.merge(resource, patch);
  }
}
