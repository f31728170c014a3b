package io.tierkeeper.lab.faults.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.lab.kubeapi.KubernetesWithoutPorts;
import io.tierkeeper.lab.kubeapi.KubernetesWithoutPorts.Reply;
import io.tierkeeper.lab.kubeapi.KubernetesWithoutPorts.Request;
import io.tierkeeper.lab.time.VirtualScheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A Kubernetes API that remembers everything that happened in it, so that watchers may see it as late as they like. */
public final class SimulatedKubernetes {

  /** The resources of the operator, with the path that each kind is under. */
  static final List<String> PLURALS =
      List.of("tierpolicies", "tieredcollections", "tenanttiers", "tiermoves");

  /**
   * A change of an object.
   *
   * @param at of {@link VirtualScheduler#nanoTime()}
   * @param object null where it was deleted
   */
  record Change(
      long at, String namespace, String name, @Nullable ObjectNode object, ObjectNode last) {}

  private static final String API = "tierkeeper.io/v1alpha1";
  private static final long LONGEST_WAY_NANOS = 3_000_000;

  private static final class Compiled {
    static final KubernetesWithoutPorts.Definitions DEFINITIONS =
        KubernetesWithoutPorts.Definitions.of(Crds.all());
  }

  private final VirtualScheduler simulator;
  private final KubernetesWithoutPorts api;
  private final Map<String, List<Change>> changes = new LinkedHashMap<>();
  private final List<String> written = new ArrayList<>();
  private @Nullable String leaseHolder;

  SimulatedKubernetes(VirtualScheduler simulator) {
    this.simulator = simulator;
    SplittableRandom random = simulator.random().split();
    this.api = new KubernetesWithoutPorts(
        Compiled.DEFINITIONS,
        simulator.clock(),
        () -> new UUID(random.nextLong(), random.nextLong()).toString());
    api.watch("coordination.k8s.io/v1", "leases", (type, lease) -> {
      String holder = lease.at("/spec/holderIdentity").asText("");
      leaseHolder = type.equals("DELETED") || holder.isEmpty() ? null : holder;
    });
    for (String plural : PLURALS) {
      List<Change> of = new ArrayList<>();
      changes.put(plural, of);
      api.watch(
          API,
          plural,
          (type, object) -> of.add(new Change(
              simulator.nanoTime(),
              object.at("/metadata/namespace").asText(),
              object.at("/metadata/name").asText(),
              type.equals("DELETED") ? null : object,
              object)));
    }
  }

  /** The holder of the lease as the server has it; null where there is none. */
  @Nullable
  String leaseHolder() {
    return leaseHolder;
  }

  /** Everything that ever happened to the objects of a kind, oldest first. */
  List<Change> changes(String plural) {
    return changes.getOrDefault(plural, List.of());
  }

  /** Writes so far that were not refused, without those of leases. */
  int writes() {
    return written.size();
  }

  /** The writes from one on, as they were made. */
  List<String> writesFrom(int first) {
    return List.copyOf(written.subList(first, written.size()));
  }

  /** A client to whose calls nothing happens but that time passes. */
  KubernetesClient undisturbed() {
    return api.client((request, server) -> answer(request, server.get()));
  }

  /** What happens on the way of a process's calls. */
  interface Way {

    /** Carries a request, or not. */
    Reply carry(Request request, Server server) throws IOException;
  }

  /** Answers a request as often as it arrives. */
  interface Server {
    Reply answer();
  }

  /** A client whose calls go a way of their own. */
  KubernetesClient client(Way way) {
    return api.client((request, server) -> {
      pass();
      Reply reply = way.carry(request, () -> answer(request, server.get()));
      pass();
      return reply;
    });
  }

  private Reply answer(Request request, Reply reply) {
    if (!request.reading() && reply.code() < 300 && !request.path().contains("/leases")) {
      written.add(request.method() + " " + request.path() + " " + request.body());
    }
    return reply;
  }

  private void pass() {
    simulator.sleep(Duration.ofNanos(simulator.random().nextLong(LONGEST_WAY_NANOS)));
  }
}
