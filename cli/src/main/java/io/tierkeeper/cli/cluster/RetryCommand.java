package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tierkeeper.api.v1alpha1.Annotations;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Makes the operator try again now what it would try again later. */
@Command(
    name = "retry",
    description = {
      "Try again now instead of at the next interval.",
      "Makes a stalled or waiting move look at its step again, or evaluates a collection or tenant. What stalls a move must be corrected first; its message has the command."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} retry acme     the move of a tenant, or its evaluation",
      "  ${ROOT-COMMAND-NAME} retry kb       the evaluation of a collection"
    })
public final class RetryCommand extends TenantVerb {

  @Override
  int run(Cluster cluster, Fleet fleet, PrintWriter out) throws JsonProcessingException {
    List<TenantSubject> tenants = fleet.find(name, collection);
    Optional<TieredCollection> named = fleet.collections().stream()
        .filter(each -> each.getMetadata().getName().equals(name))
        .findFirst();
    if (tenants.isEmpty() && named.isPresent()) {
      return request(cluster, named.get(), name, "is evaluated again", out);
    }
    return run(cluster, fleet.tenant(name, collection, cluster.namespace()), out);
  }

  @Override
  int run(Cluster cluster, TenantSubject subject, PrintWriter out) throws JsonProcessingException {
    Optional<TierMove> open = subject.open();
    if (open.isPresent()) {
      return request(
          cluster,
          unfinished(subject),
          subject.collectionName(),
          StatusReport.state(open.get()) == TieringState.STALLED
              ? "tries its step again"
              : "looks at its step again",
          out);
    }
    HasMetadata evaluated = subject.tier() != null ? subject.tier() : subject.collection();
    return request(
        cluster,
        java.util.Objects.requireNonNull(evaluated),
        subject.collectionName(),
        "is evaluated again",
        out);
  }

  private int request(
      Cluster cluster, HasMetadata resource, String in, String what, PrintWriter out)
      throws JsonProcessingException {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("metadata")
        .putObject("annotations")
        .put(Annotations.REQUESTED_AT, clock.instant().toString());
    HasMetadata requested = cluster.merge(resource, patch);
    report(
        out,
        requested,
        resource.getKind() + " " + resource.getMetadata().getName() + " " + what
            + " now. See the result with: " + CommandName.of("status " + in));
    return ExitCode.OK;
  }
}
