package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.FailureException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A verb that changes something about one tenant. */
abstract class TenantVerb extends ClusterVerb {

  @Parameters(paramLabel = "TENANT", description = "Tenant, or name of its TenantTier or TierMove.")
  String name = "";

  @Option(names = "--collection", paramLabel = "NAME", description = "Only this TieredCollection.")
  @Nullable
  String collection;

  @Override
  final int run(Cluster cluster, PrintWriter out) throws JsonProcessingException {
    Fleet fleet = Fleet.read(cluster, false);
    return run(cluster, fleet, out);
  }

  /** Changes what the verb changes; returns the exit code. */
  int run(Cluster cluster, Fleet fleet, PrintWriter out) throws JsonProcessingException {
    return run(cluster, fleet.tenant(name, collection, cluster.namespace()), out);
  }

  abstract int run(Cluster cluster, TenantSubject subject, PrintWriter out)
      throws JsonProcessingException;

  /** The TierMove that the user means: the one that was named, else the one that is not over. */
  TierMove move(TenantSubject subject) {
    return subject.moves().stream()
        .filter(move -> move.getMetadata().getName().equals(name))
        .findFirst()
        .or(subject::open)
        .orElseThrow(() -> new FailureException(subject.words()
            + " has no move that is planned or in progress; see what is advised with: "
            + CommandName.of("plan " + StatusText.quoted(subject.tenant()))));
  }

  /** The same, if it is not over. */
  TierMove unfinished(TenantSubject subject) {
    TierMove move = move(subject);
    if (Reading.ended(move)) {
      throw new FailureException("TierMove " + move.getMetadata().getName() + " has ended ("
          + Reading.phase(move) + "); a new plan follows if the move is still advised");
    }
    return move;
  }

  /** Prints what the user is asked about; not among what a program reads. */
  void show(PrintWriter out, PlanView plan) {
    plan.print(output.structured() ? err() : out, clock.instant());
  }

  /** A merge patch of one member of the spec. */
  static ObjectNode spec(String member, Object value) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("spec").putPOJO(member, value);
    return patch;
  }
}
