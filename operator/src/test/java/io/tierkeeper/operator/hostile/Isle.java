package io.tierkeeper.operator.hostile;

import static io.tierkeeper.operator.hostile.HostileWorld.answered;
import static io.tierkeeper.operator.hostile.HostileWorld.atRest;
import static io.tierkeeper.operator.hostile.HostileWorld.condition;
import static io.tierkeeper.operator.hostile.HostileWorld.object;
import static io.tierkeeper.operator.hostile.HostileWorld.observed;
import static io.tierkeeper.operator.hostile.HostileWorld.yaml;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.operator.hostile.SchemaLeaves.Leaf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullUnmarked;

/** One policy, one collection and one tenant that are mutated, leaf after leaf, and put right again. */
@NullUnmarked
final class Isle {
  static final Duration JUDGED = Duration.ofSeconds(40);

  /** A valid request is no fault, so its field need not be named. */
  private static final Set<String> ASKED_FOR = Set.of("Paused", "Suspended");

  /** What must stand beside a leaf for the schema's rules to let it in. */
  private static final Map<String, String> BESIDE = Map.of(
      "spec.costBand",
      "{decision: CostBand, costBand: {promotionCost: '1', demotionCost: '1'}}",
      "spec.discovery.createAbovePoints",
      "{discovery: {mode: Create, createAbovePoints: 1000000}}",
      "spec.demotion.fence",
      "{demotion: {strategy: Fence, fence: {by: Manual}}}",
      "spec.demotion.fence.url",
      "{demotion: {strategy: Fence, fence: {by: Webhook, url: 'https://fence.invalid/'}}}",
      "spec.demotion.fence.token",
      "{demotion: {strategy: Fence, fence: {by: Token, token: {collection: c, pointId: '1'}}}}");

  private final HostileWorld world;
  private final Findings findings;
  private final String name;
  private final Map<String, ObjectNode> good;
  private final Map<String, String> rest = new java.util.HashMap<>();
  private final Map<String, JsonNode> statuses = new java.util.HashMap<>();

  Isle(HostileWorld world, Findings findings, String name) {
    this.world = world;
    this.findings = findings;
    this.name = name;
    good = Map.of(
        "TierPolicy",
        yaml("""
            mode: Recommend
            approval: {required: [Promote, Demote], expiresAfter: 1h}
            mass: {minSamples: 1, staleAfter: 10m}
            promote: {aboveShare: "0.40", stabilizationWindow: 0s}
            demote: {belowShare: "0.20", stabilizationWindow: 0s}
            limits: {maxConcurrentMoves: 10}
            cooldown: {afterMove: 0s, afterAbort: 0s}
            flapBudget: {maxMoves: 10, period: 1h}
            retain: {sourceFor: 0s, deleteBatch: 1000, deleteOnlyInWindows: false}
            verify: {level: Content, searchProbes: 2, minTopKOverlap: "0.9"}
            dedicated: {replicationFactor: 1, placement: WithFallback}
            demotion: {strategy: Freeze, quietFor: 1s, maxWait: 1h, whenBusy: GiveUp}
            """),
        "TieredCollection",
        yaml("""
            qdrant: {endpoints: %s, restPort: 6333}
            collection: %s
            tenantKey: group_id
            fallbackShardKey: default
            policyRef: {name: %s}
            """.formatted(world.endpoints(name), name, name)),
        "TenantTier",
        yaml("{collectionRef: {name: " + name + "}, tenant: acme}"));
    world.createCollection(name);
    world.write(name, "acme", 30);
    world.write(name, "rest", 70);
    for (String kind : List.of("TierPolicy", "TieredCollection", "TenantTier")) {
      world.create(object(kind, name, good.get(kind))).ifPresent(refused -> {
        throw new AssertionError(refused);
      });
    }
    if (!judged("TenantTier")
        || !world.becomes(
            JUDGED,
            "TenantTier",
            name,
            found -> found
                .map(object -> condition(object, "Ready").path("status").asText())
                .filter("True"::equals)
                .isPresent())) {
      throw new AssertionError("the good objects are not judged: " + world.get("TenantTier", name));
    }
    // Other isles create collections at the same time, and then peers differ for a moment: no
    // baseline.
    await().atMost(JUDGED).until(() -> judged("TenantTier") && undisturbed());
    for (String kind : good.keySet()) {
      JsonNode object = world.get(kind, name).orElseThrow();
      rest.put(kind, atRest(object));
      statuses.put(kind, object.path("status"));
    }
  }

  /** Whether the last evaluation found nothing that moves would have to wait for. */
  private boolean undisturbed() {
    JsonNode collection = world.get("TieredCollection", name).orElseThrow();
    JsonNode gates = world.get("TenantTier", name).orElseThrow().at("/status/gates");
    return collection.at("/status/waitingFor").isMissingNode()
        && StreamSupport.stream(gates.spliterator(), false)
            .noneMatch(gate -> gate.path("name").asText().equals("ForeignMover"));
  }

  /** Each value in turn, then the good object again, whose end must be that of one that never was bad. */
  void mutateSpec(String kind, SchemaLeaves schema, Leaf leaf, int most) {
    ObjectNode base = object(kind, name, beside(kind, leaf));
    boolean replaced = false;
    for (JsonNode value : some(values(leaf), most)) {
      ObjectNode mutant = schema.set(base, leaf, value);
      findings.tried(kind + " " + leaf.name());
      Optional<String> refused = world.replaceSpec(kind, name, mutant.path("spec"));
      if (refused.isPresent() && refused.get().contains("immutable")) {
        world.delete(kind, name);
        replaced = true;
        refused = world.create(mutant);
        if (refused.isPresent()) {
          world.create(object(kind, name, good.get(kind)));
        }
      }
      if (refused.isPresent()) {
        if (!names(leaf, refused.get())) {
          findings.violation(
              kind + " " + leaf.name(), value, "refused without its name: " + refused.get());
        }
        continue;
      }
      judge(kind, leaf, value);
    }
    if (replaced) {
      world.delete(kind, name);
      world.create(object(kind, name, good.get(kind)));
    } else {
      world.replaceSpec(kind, name, good.get(kind)).ifPresent(refused -> {
        world.delete(kind, name);
        world.create(object(kind, name, good.get(kind)));
      });
    }
    settled(kind, leaf, "good again");
  }

  /** A status that was edited is answered with the right one. */
  void mutateStatus(String kind, SchemaLeaves schema, Leaf leaf, int most) {
    ObjectNode base = object(kind, name, good.get(kind));
    base.set("status", statuses.get(kind));
    for (JsonNode value : some(values(leaf), most)) {
      ObjectNode mutant = schema.set(base, leaf, value);
      findings.tried(kind + " " + leaf.name());
      if (world.replaceStatus(kind, name, mutant.path("status")).isPresent()) {
        continue;
      }
      if (!judged(kind)) {
        findings.violation(kind + " " + leaf.name(), value, "is not judged any more: " + states());
        world.replaceStatus(kind, name, statuses.get(kind));
      }
    }
    world.replaceStatus(kind, name, statuses.get(kind));
    settled(kind, leaf, "status put right");
  }

  private ObjectNode beside(String kind, Leaf leaf) {
    ObjectNode spec = good.get(kind).deepCopy();
    BESIDE.entrySet().stream()
        .filter(entry -> leaf.under(entry.getKey()))
        .max(java.util.Comparator.comparingInt(entry -> entry.getKey().length()))
        .ifPresent(entry -> yaml(entry.getValue()).properties().forEach(property -> {
          if (spec.path(property.getKey()) instanceof ObjectNode there
              && property.getValue() instanceof ObjectNode more) {
            there.setAll(more);
          } else {
            spec.set(property.getKey(), property.getValue());
          }
        }));
    return spec;
  }

  static List<JsonNode> values(Leaf leaf) {
    List<JsonNode> values = new ArrayList<>();
    values.add(null);
    values.add(NullNode.getInstance());
    values.addAll(AbsurdValues.legal(leaf.schema()));
    values.addAll(AbsurdValues.illegal(leaf.schema()));
    return values;
  }

  /** So many of them, evenly over the list, so that each kind of oddity has its turn. */
  static List<JsonNode> some(List<JsonNode> values, int most) {
    int count = Math.min(most, values.size());
    List<JsonNode> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(values.get((int) ((long) i * values.size() / count)));
    }
    return some;
  }

  private void judge(String kind, Leaf leaf, JsonNode value) {
    String at = kind + " " + leaf.name();
    if (!judged(kind)) {
      findings.violation(at, value, "is not judged: " + states());
      return;
    }
    JsonNode mutated = world.get(kind, name).orElseThrow();
    for (String other : List.of("TierPolicy", "TieredCollection", "TenantTier")) {
      JsonNode ready = condition(world.get(other, name).orElseThrow(), "Ready");
      if (ready.path("status").asText().equals("True")
          || ASKED_FOR.contains(ready.path("reason").asText())) {
        continue;
      }
      JsonNode own = condition(mutated, "Ready");
      String message = own.path("message").asText();
      boolean namesCompanion = leaf.under("spec.costBand") && message.contains("spec.decision");
      if (!names(leaf, message) && !namesCompanion) {
        findings.violation(
            at,
            value,
            other + " is not ready (" + ready.path("message").asText()
                + "), and the mutated one says: " + own);
        return;
      }
    }
  }

  private static boolean names(Leaf leaf, String message) {
    // A parent is enough where the sentence is about several of its fields, the root is not.
    return leaf.path().stream()
        .skip(1)
        .filter(step -> !step.equals(SchemaLeaves.ITEM) && !step.equals(SchemaLeaves.ENTRY))
        .anyMatch(message::contains);
  }

  /** Whether all that depends on the object has been looked at since. */
  private boolean judged(String kind) {
    return switch (kind) {
      case "TierPolicy" ->
        // An annotation makes it be looked at where nothing in its spec has changed.
        !world.request(kind, name).isEmpty()
            && world.becomes(
                JUDGED,
                kind,
                name,
                found -> found.filter(HostileWorld::observed).isPresent())
            && judged("TieredCollection");
      case "TieredCollection" -> answers(kind);
      default ->
        answers("TieredCollection")
            && world.becomes(
                JUDGED,
                kind,
                name,
                found -> found.filter(HostileWorld::observed).isPresent());
    };
  }

  private boolean answers(String kind) {
    String token = world.request(kind, name);
    return world.becomes(
        JUDGED,
        kind,
        name,
        found ->
            found.filter(object -> observed(object) && answered(object, token)).isPresent());
  }

  private void settled(String kind, Leaf leaf, String when) {
    if (!judged(kind)) {
      findings.violation(kind + " " + leaf.name(), null, when + ", but not judged: " + states());
      return;
    }
    for (Map.Entry<String, String> wanted : rest.entrySet()) {
      boolean same = world.becomes(
          JUDGED,
          wanted.getKey(),
          name,
          found ->
              found.map(HostileWorld::atRest).filter(wanted.getValue()::equals).isPresent());
      if (!same) {
        findings.violation(
            kind + " " + leaf.name(),
            null,
            when + ", but " + wanted.getKey() + " is not as before:\n  "
                + world.get(wanted.getKey(), name).map(HostileWorld::atRest) + "\n  "
                + wanted.getValue());
      }
    }
  }

  private String states() {
    StringBuilder text = new StringBuilder();
    for (String kind : List.of("TierPolicy", "TieredCollection", "TenantTier")) {
      text.append("\n  ")
          .append(kind)
          .append(' ')
          .append(world
              .get(kind, name)
              .map(object -> object.at("/metadata/generation") + "/"
                  + object.at("/status/observedGeneration") + " " + condition(object, "Ready"))
              .orElse("absent"));
    }
    return text.toString();
  }
}
