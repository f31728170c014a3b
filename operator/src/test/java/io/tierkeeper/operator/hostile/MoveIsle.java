package io.tierkeeper.operator.hostile;

import static io.tierkeeper.operator.hostile.HostileWorld.condition;
import static io.tierkeeper.operator.hostile.HostileWorld.object;
import static io.tierkeeper.operator.hostile.HostileWorld.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.operator.hostile.SchemaLeaves.Leaf;
import io.tierkeeper.operator.move.MovePlanning;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;

/** A collection in which each mutated TierMove gets a tenant of its own, whose points must be there at its end. */
@NullUnmarked
final class MoveIsle {
  /** Of the names of its collections. */
  static final String PREFIX = "moves-";

  private static final int POINTS = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HostileWorld world;
  private final Findings findings;
  private final String name;
  private final ObjectNode plan;
  private int next;

  MoveIsle(HostileWorld world, Findings findings, String name) {
    this.world = world;
    this.findings = findings;
    this.name = name;
    world.createCollection(name);
    world.write(name, "rest", 70);
    require(world.create(object("TierPolicy", name, yaml("""
            mode: Recommend
            approval: {required: [Promote, Demote], expiresAfter: 1h}
            mass: {minSamples: 1, staleAfter: 10m}
            limits: {maxConcurrentMoves: 10, maxDedicated: 900}
            cooldown: {afterMove: 0s, afterAbort: 0s}
            flapBudget: {maxMoves: 50, period: 1h}
            retain: {sourceFor: 0s, deleteBatch: 1000, deleteOnlyInWindows: false}
            verify: {level: Content, searchProbes: 2, minTopKOverlap: "0.9"}
            dedicated: {replicationFactor: 1, placement: WithFallback}
            demotion: {strategy: Freeze, quietFor: 1s, maxWait: 1h, whenBusy: GiveUp}
            """))));
    require(world.create(
        object("TieredCollection", name, yaml("""
            qdrant: {endpoints: %s, restPort: 6333}
            collection: %s
            tenantKey: group_id
            fallbackShardKey: default
            policyRef: {name: %s}
            """.formatted(world.endpoints(name), name, name)))));
    plan = planned();
  }

  private static void require(Optional<String> refused) {
    refused.ifPresent(text -> {
      throw new AssertionError(text);
    });
  }

  /** What the operator itself plans here: the good object that each mutant differs from in one leaf. */
  private ObjectNode planned() {
    String tenant = tenant();
    world.merge("TierPolicy", name, yaml("{spec: {mode: Approve}}"));
    String[] found = {null};
    boolean planned = world.becomes(PATIENCE, "TieredCollection", name, collection -> {
      found[0] = collection
          .map(object -> object.at("/status/activeMoves/0").asText())
          .filter(text -> !text.isEmpty())
          .orElse(null);
      return found[0] != null;
    });
    if (!planned) {
      throw new AssertionError("nothing was planned: " + world.get("TieredCollection", name));
    }
    ObjectNode spec =
        (ObjectNode) world.get("TierMove", found[0]).orElseThrow().path("spec").deepCopy();
    world.merge("TierPolicy", name, yaml("{spec: {mode: Recommend}}"));
    forget(found[0], tenant);
    long generation =
        world.get("TierPolicy", name).orElseThrow().at("/metadata/generation").asLong();
    ((ObjectNode) spec.at("/plan/policy")).put("generation", generation);
    return spec;
  }

  private String tenant() {
    String tenant = name + "-t" + next++;
    world.write(name, tenant, POINTS);
    require(world.create(object(
        "TenantTier",
        tenant,
        yaml("{collectionRef: {name: " + name + "}, tenant: " + tenant + ", tier: Dedicated}"))));
    if (!world.becomes(
        PATIENCE,
        "TenantTier",
        tenant,
        found -> found.filter(HostileWorld::observed).isPresent())) {
      throw new AssertionError(
          "a good TenantTier is not judged: " + world.get("TenantTier", tenant));
    }
    return tenant;
  }

  private ObjectNode good(String tenant) {
    ObjectNode move = object("TierMove", "m-" + tenant, plan.deepCopy());
    ObjectNode spec = (ObjectNode) move.path("spec");
    spec.put("tenant", tenant).put("approved", false);
    // The plan was made for another tenant, so it has another hash now.
    spec.put(
        "planHash",
        MovePlanning.read(Serialization.unmarshal(spec.toString(), TierMoveSpec.class))
            .hash());
    ObjectNode owner =
        ((ObjectNode) move.path("metadata")).putArray("ownerReferences").addObject();
    owner
        .put("apiVersion", "tierkeeper.io/v1alpha1")
        .put("kind", "TenantTier")
        .put("name", tenant)
        .put(
            "uid",
            world.get("TenantTier", tenant).orElseThrow().at("/metadata/uid").asText())
        .put("controller", true);
    return move;
  }

  /** A good one must succeed, or the others would prove nothing. */
  void provesItself() {
    play("TierMove", null, move -> move, null);
  }

  void mutateSpec(SchemaLeaves schema, Leaf leaf, int most) {
    for (JsonNode value : Isle.some(Isle.values(leaf), most)) {
      findings.tried("TierMove " + leaf.name());
      play("TierMove " + leaf.name(), value, move -> schema.set(move, leaf, value), null);
    }
  }

  void mutateStatus(SchemaLeaves schema, Leaf leaf, int most) {
    for (JsonNode value : Isle.some(Isle.values(leaf), most)) {
      findings.tried("TierMove " + leaf.name());
      play("TierMove " + leaf.name(), value, move -> move, move -> {
        ObjectNode moved = schema.set(withStatus(move), leaf, value);
        return moved.path("status");
      });
    }
  }

  void mutateJournal(String member, JsonNode value) {
    findings.tried("TierMove status.journal." + member);
    play("TierMove status.journal." + member, value, move -> move, move -> {
      ObjectNode moved = withStatus(move);
      ((ObjectNode) moved.at("/status/journal")).set(member, value);
      return moved.path("status");
    });
  }

  /** A status as a move has it in the middle of its copy. */
  private static ObjectNode withStatus(ObjectNode move) {
    ObjectNode moved = move.deepCopy();
    moved.set("status", yaml("""
        phase: Copying
        observedGeneration: 1
        message: Copies.
        startedAt: "2026-01-01T00:00:00Z"
        approval: {by: alice, door: Field, at: "2026-01-01T00:00:00Z"}
        step: {name: Replicate, index: 3, of: 9, attempt: 1, startedAt: "2026-01-01T00:00:00Z"}
        progress: {done: 1, total: 6, percent: 16, etaSeconds: 1}
        conditions:
        - {type: Ready, status: "False", reason: Moving, message: m, lastTransitionTime: "2026-01-01T00:00:00Z"}
        journal: {step: PREFLIGHT, startedAt: "2026-01-01T00:00:00Z"}
        """));
    return moved;
  }

  /** Plays one move to its end, or to where a person is asked; either way the tenant keeps its points. */
  private void play(
      String leaf,
      JsonNode value,
      Function<ObjectNode, ObjectNode> mutation,
      Function<ObjectNode, JsonNode> status) {
    String tenant = tenant();
    ObjectNode good = good(tenant);
    ObjectNode mutant = mutation.apply(good);
    String move = "m-" + tenant;
    try {
      Optional<String> refused = world.create(mutant);
      if (refused.isPresent()) {
        return;
      }
      if (status != null) {
        refused = world.replaceStatus("TierMove", move, status.apply(good));
        if (refused.isPresent()) {
          return;
        }
      }
      if (!leaf.endsWith("spec.approved")) {
        world.merge("TierMove", move, yaml("{spec: {approved: true}}"));
      }
      boolean atRest = world.becomes(PATIENCE, "TierMove", move, MoveIsle::comesToRest);
      if (!atRest) {
        findings.violation(
            leaf,
            value,
            "does not end and requires no intervention: "
                + world.get("TierMove", move).map(found -> found.path("status").toString()));
      } else if (value == null
          && leaf.equals("TierMove")
          && !world
              .get("TierMove", move)
              .orElseThrow()
              .at("/status/phase")
              .asText()
              .equals("Succeeded")) {
        findings.violation(
            leaf,
            null,
            "the good one: " + world.get("TierMove", move).orElseThrow().path("status"));
      }
      long left = world.count(name, tenant);
      if (left != POINTS) {
        findings.violation(
            leaf,
            value,
            left + " of " + POINTS + " points are left: "
                + world.get("TierMove", move).map(found -> found.path("status").toString()));
      }
    } finally {
      forget(move, tenant);
    }
  }

  private static boolean comesToRest(Optional<ObjectNode> move) {
    if (move.isEmpty()) {
      return true;
    }
    String phase = move.get().at("/status/phase").asText();
    boolean ended = Arrays.stream(MovePhase.values())
        .anyMatch(one -> one.ended() && one.apiName().equals(phase));
    boolean now = HostileWorld.observed(move.get());
    JsonNode ready = condition(move.get(), "Ready");
    String message = ready.path("message").asText();
    boolean asks = condition(move.get(), "Stalled").path("status").asText().equals("True")
        || List.of("AwaitingApproval", "NotReadable", "CollectionNotFound", "PolicyNotFound")
            .contains(ready.path("reason").asText());
    // One that was created without approval is approved a moment later.
    boolean stillAsked =
        message.contains("Approve with") && move.get().at("/spec/approved").asBoolean();
    boolean saysUntilWhen = message.contains("9999-12-31");
    return ended || now && (asks && !stillAsked || saysUntilWhen);
  }

  private void forget(String move, String tenant) {
    if (world.get("TierMove", move).isPresent()) {
      world.delete("TierMove", move);
    }
    world.delete("TenantTier", tenant);
    world.dropTenant(name, tenant);
  }

  static List<JsonNode> journalValues() {
    return List.of(
        TextNode.valueOf("garbage"),
        com.fasterxml.jackson.databind.node.LongNode.valueOf(Long.MAX_VALUE),
        com.fasterxml.jackson.databind.node.LongNode.valueOf(-1),
        com.fasterxml.jackson.databind.node.BooleanNode.TRUE,
        TextNode.valueOf("9999-12-31T23:59:59Z"),
        yaml("{a: [1]}"));
  }
}
