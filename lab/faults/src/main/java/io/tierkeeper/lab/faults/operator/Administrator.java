package io.tierkeeper.lab.faults.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.lab.scene.Layout;
import io.tierkeeper.lab.scene.ManualIntervention;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** What the administrator of a run does: declares resources, pins tenants, pauses writers, resolves stalled moves. */
public final class Administrator {

  static final String FALLBACK_TIER = "Fallback";
  static final String DEDICATED_TIER = "Dedicated";
  static final Duration BUSY = Duration.ofMillis(400);
  static final Duration QUIET = Duration.ofSeconds(4);
  static final Duration READING = Duration.ofMillis(600);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration LONGER = Duration.ofSeconds(8);

  private final VirtualScheduler simulator;
  private final KubernetesClient owner;
  private final ObservedMoves moves;
  private final Workload workload;
  private final OperatorNemesis log;
  private final Supplier<List<ShardKey>> keys;
  private final Layout layout;
  private final boolean fenced;
  private final SplittableRandom retentions;
  private final Set<String> retentionsDecided = new HashSet<>();
  private final Map<ShardKey, Pinned> tenants = new LinkedHashMap<>();
  private final Set<String> states = new LinkedHashSet<>();

  /** A tenant with a TenantTier of its own. */
  static final class Pinned {
    final ShardKey key;
    final ManualIntervention intervention;
    String wanted = FALLBACK_TIER;
    private boolean held;

    Pinned(ShardKey key, ManualIntervention intervention) {
      this.key = key;
      this.intervention = intervention;
    }
  }

  /**
   * An administrator who has declared nothing yet.
   *
   * @param owner a client without faults
   * @param log where actions are recorded
   * @param keys the shard keys of the collection now
   * @param layout of the collection
   * @param fenced whether demotions use a fence rather than a freeze
   * @param retentions draws which retentions are extended, and for how long
   */
  Administrator(
      VirtualScheduler simulator,
      KubernetesClient owner,
      ObservedMoves moves,
      Workload workload,
      OperatorNemesis log,
      Supplier<List<ShardKey>> keys,
      Layout layout,
      boolean fenced,
      SplittableRandom retentions) {
    this.simulator = simulator;
    this.owner = owner;
    this.moves = moves;
    this.workload = workload;
    this.log = log;
    this.keys = keys;
    this.layout = layout;
    this.fenced = fenced;
    this.retentions = retentions;
  }

  /** The tenants with a TenantTier of their own. */
  List<Pinned> tenants() {
    return List.copyOf(tenants.values());
  }

  /** The states in which moves were seen, each with the fault of Qdrant at that time. */
  Set<String> states() {
    return states;
  }

  /** How often a decision required knowledge of a tenant. */
  int decisions() {
    return tenants.values().stream()
        .mapToInt(tenant -> tenant.intervention.decisions())
        .sum();
  }

  /** Creates the policy, the collection and a TenantTier for each tenant. */
  void declare(List<ShardKey> busy) {
    owner
        .resource(read(TierPolicy.class, """
        {"apiVersion": "tierkeeper.io/v1alpha1", "kind": "TierPolicy",
         "metadata": {"name": "brisk", "namespace": "default"},
         "spec": {"mode": "Auto", "approval": {"required": []},
          "mass": {"minSamples": 1, "staleAfter": "10m"},
          "promote": {"aboveShare": "0.9", "stabilizationWindow": "0s"},
          "demote": {"belowShare": "0.01", "stabilizationWindow": "0s"},
          "cooldown": {"afterMove": "0s", "afterAbort": "0s"},
          "flapBudget": {"maxMoves": 100, "period": "1h"},
          "retain": {"sourceFor": "%s", "deleteBatch": 20, "deleteOnlyInWindows": false},
          "verify": {"level": "Content", "searchProbes": 2, "minTopKOverlap": "0.9"},
          "dedicated": {"replicationFactor": 1, "placement": "WithFallback"},
          "demotion": %s}}
        """.formatted(
                retentions.nextBoolean() ? "0s" : "3s",
                fenced
                    ? "{\"strategy\": \"Fence\", \"fence\": {\"by\": \"Manual\", \"timeout\": \"10m\"},"
                        + " \"quietFor\": \"1s\", \"maxWait\": \"3m\", \"whenBusy\": \"GiveUp\"}"
                    : "{\"strategy\": \"Freeze\", \"quietFor\": \"1s\", \"maxWait\": \"3m\","
                        + " \"whenBusy\": \"GiveUp\"}")))
        .create();
    owner
        .resource(read(TieredCollection.class, """
        {"apiVersion": "tierkeeper.io/v1alpha1", "kind": "TieredCollection",
         "metadata": {"name": "kb", "namespace": "default"},
         "spec": {"qdrant": {"endpoints": ["http://qdrant-0:6334"]}, "collection": "kb",
          "tenantKey": "%s", "fallbackShardKey": "default", "policyRef": {"name": "brisk"}}}
        """.formatted(layout.tenantField())))
        .create();
    for (ShardKey tenant : busy) {
      owner
          .resource(read(TenantTier.class, """
          {"apiVersion": "tierkeeper.io/v1alpha1", "kind": "TenantTier",
           "metadata": {"name": "%s", "namespace": "default"},
           "spec": {"collectionRef": {"name": "kb"}, %s, "tier": "Fallback"}}
          """.formatted(
                  tenant,
                  switch (tenant) {
                    case ShardKey.Keyword keyword -> "\"tenant\": \"" + keyword + "\"";
                    case ShardKey.Number number -> "\"tenantInteger\": " + number;
                  })))
          .create();
      tenants.put(
          tenant, new Pinned(tenant, new ManualIntervention(workload, tenant, OperatorRun.POINTS)));
    }
    pin(tenants.values().iterator().next(), DEDICATED_TIER);
  }

  private static <T> T read(Class<T> kind, String json) {
    return Serialization.unmarshal(json, kind);
  }

  /** Sets the tier of a tenant. */
  void pin(Pinned tenant, String tier) {
    tenant.wanted = tier;
    if (!fenced) {
      // A freeze waits for a moment in which the tenant is quiet.
      workload.clients(tenant.key).pace(tier.equals(FALLBACK_TIER) ? QUIET : BUSY, READING);
    }
    owner
        .resources(TenantTier.class)
        .inNamespace(OperatorRun.NAMESPACE)
        .withName(tenant.key.toString())
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"tier\":\"" + tier + "\"}}");
    log.note(tenant.key + " is pinned to " + tier);
  }

  static String other(String tier) {
    return tier.equals(DEDICATED_TIER) ? FALLBACK_TIER : DEDICATED_TIER;
  }

  /** Pauses writers for fences and resolves stalled moves, until the run ends. */
  void attend() {
    while (true) {
      simulator.sleep(POLL);
      for (TierMove move : moves.all()) {
        Pinned tenant = tenants.get(ObservedMoves.tenant(move));
        if (tenant == null) {
          throw new IllegalStateException(
              "a move of an unknown tenant: " + ObservedMoves.describe(move));
        }
        boolean ended = ObservedMoves.finished(move);
        Optional<MoveStep> step = ObservedMoves.step(move);
        if (!ended) {
          step.ifPresent(at -> {
            states.add(move.getSpec().direction() + " " + at + " "
                + move.getStatus().phase() + " " + keys.get() + " " + log.now());
            ObservedMoves.stall(move).ifPresent(reason -> tenant.intervention.decide(reason, at));
          });
        }
        if (!ended && step.filter(MoveStep.RETAIN::equals).isPresent()) {
          retain(move);
        }
        if (fenced && !ended && step.filter(MoveStep.FENCE::equals).isPresent()) {
          hold(tenant, move);
        } else if (ended
            && tenant.held
            && moves.all().stream()
                .filter(any -> tenant.key.equals(ObservedMoves.tenant(any)))
                .allMatch(ObservedMoves::finished)) {
          tenant.held = false;
          workload.clients(tenant.key).release();
        }
      }
    }
  }

  /** Decides once for each move whether its old copy stays for longer. */
  private void retain(TierMove move) {
    if (retentionsDecided.add(move.getMetadata().getName()) && retentions.nextInt(2) == 0) {
      Instant end = simulator.clock().instant().plusMillis(retentions.nextLong(LONGER.toMillis()));
      owner
          .resource(move)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"retainUntil\":\"" + end + "\"}}");
    }
  }

  private void hold(Pinned tenant, TierMove move) {
    if (Boolean.TRUE.equals(move.getSpec().fenced())) {
      return;
    }
    if (!tenant.held) {
      tenant.held = true;
      try {
        workload.clients(tenant.key).hold();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    owner
        .resource(move)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"fenced\":true}}");
  }
}
