package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.mapping.PolicyMapping;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.audit.AuditEvents;
import io.tierkeeper.evaluation.policy.PolicyRules;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.ActivePause;
import io.tierkeeper.governance.decision.CostAccount;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionInput;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Gate;
import io.tierkeeper.governance.decision.Hold;
import io.tierkeeper.governance.decision.LastMove;
import io.tierkeeper.governance.decision.MeasuredCost;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.MoveHistory;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.governance.decision.WindowState;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a decision stands in the trail: what the rules saw, what each answered, and what came of it. */
public final class DecisionRecord {

  /** Without one of these a line is from before decisions carried all that they were taken from. */
  private static final List<String> NEEDED = List.of("now", "tier", "measuredAt", "pin", "pauses");

  private DecisionRecord() {}

  /**
   * What the rules saw beside the masses, complete enough to take the decision again.
   *
   * @param named the TenantTier whose thresholds stand before the policy's; null where nobody named the tenant
   */
  public static ObjectNode input(DecisionInput seen, @Nullable TenantTierSpec named) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("now", seen.now().toString())
        .put("tier", seen.tier().label())
        .put("pin", seen.pin().label())
        .put("dedicatedCount", seen.circumstances().dedicatedCount())
        .put("activeMoves", seen.circumstances().activeMoves())
        .put("windowOpen", seen.circumstances().window().open());
    put(json, "measuredAt", seen.measured().at());
    put(json, "windowNextEdge", seen.circumstances().window().nextEdge());
    put(json, "conditionSince", seen.measured().conditionSince());
    if (seen.moves().last() != null) {
      json.putObject("lastMove")
          .put("direction", seen.moves().last().direction().label())
          .put("outcome", seen.moves().last().outcome().name())
          .put("finishedAt", seen.moves().last().finishedAt().toString());
    }
    seen.moves().recent().forEach(move -> json.withArray("recentMoves").add(move.toString()));
    json.putArray("pauses");
    for (ActivePause pause : seen.circumstances().pauses()) {
      ObjectNode one = json.withArray("pauses").addObject();
      one.put("owner", pause.owner())
          .put("reason", pause.reason())
          .put("until", pause.until().toString());
      one.putArray("directions");
      pause.directions().stream()
          .sorted()
          .forEach(direction -> one.withArray("directions").add(direction.label()));
    }
    if (seen.circumstances().waitingFor() != null) {
      json.put("waitingFor", seen.circumstances().waitingFor());
    }
    CostAccount account = seen.measured().costAccount();
    if (account != null) {
      json.putObject("costAccount")
          .put("accumulated", account.accumulated())
          .put("credit", account.credit())
          .put("net", account.net())
          .put("dedicated", account.dedicated())
          .put("width", account.width());
    }
    CostBand band = seen.policy().costBand();
    if (band != null && band.measured() != null) {
      ObjectNode costs = json.putObject("moveCosts");
      put(costs, "promotion", band.measured().promotion());
      put(costs, "demotion", band.measured().demotion());
    }
    if (named != null && named.promote() != null) {
      json.set("promote", Serialization.jsonMapper().valueToTree(named.promote()));
    }
    if (named != null && named.demote() != null) {
      json.set("demote", Serialization.jsonMapper().valueToTree(named.demote()));
    }
    return json;
  }

  private static void put(ObjectNode json, String name, MeasuredCost cost) {
    json.putObject(name)
        .put("moves", cost.moves())
        .put("mean", cost.mean())
        .put("deviation", cost.deviation());
  }

  private static void put(ObjectNode json, String name, @Nullable Instant at) {
    if (at != null) {
      json.put(name, at.toString());
    }
  }

  /** The answers of the rules. */
  public static List<AuditEvents.Gate> gates(Decision decision) {
    return decision.gates().stream().map(DecisionRecord::gate).toList();
  }

  private static AuditEvents.Gate gate(Gate gate) {
    return gate.currentValue() != null && gate.requiredValue() != null
        ? new AuditEvents.Gate(
            gate.name(),
            JsonNodeFactory.instance.numberNode(gate.currentValue()),
            JsonNodeFactory.instance.numberNode(gate.requiredValue()),
            gate.met(),
            gate.earliest())
        : AuditEvents.Gate.ofWords(
            gate.name(), gate.current(), gate.required(), gate.met(), gate.earliest());
  }

  /**
   * What was decided.
   *
   * @param from where the tenant is served from
   */
  public static AuditEvents.Verdict verdict(
      Decision decision, TierState from, @Nullable String planHash, @Nullable String move) {
    Direction to = decision instanceof Hold ? null : decision.advised();
    return new AuditEvents.Verdict(
        from.label(),
        to == null ? from.label() : to == Direction.PROMOTE ? "Dedicated" : "Fallback",
        to == null ? "Hold" : to.label(),
        to == null ? "Held" : decision.approvalRequired() ? "AwaitingApproval" : "Planned",
        decision.reason().label(),
        planHash,
        move);
  }

  /**
   * What the rules saw, read back from the data of a decision line.
   *
   * @param rules those that the line names
   * @throws NotReplayable when the line lacks something, with its name
   */
  static DecisionInput read(String tenant, JsonNode data, PolicyRules rules) throws NotReplayable {
    JsonNode input = data.path("input");
    JsonNode observation = data.path("observation");
    for (String name : NEEDED) {
      if (!input.has(name)) {
        throw new NotReplayable(
            "data.input." + name
                + " is missing: the line was written before decisions carried all that they were taken from");
      }
    }
    try {
      DecisionPolicy policy = PolicyMapping.decisions(rules.spec(), overrides(input))
          .withMeasured(costs(input.path("moveCosts")));
      return new DecisionInput(
          tenant,
          RecordedComposition.state(input.path("tier").asText()),
          policy,
          pin(input),
          Instant.parse(input.path("now").asText()),
          new DecisionInput.Measured(
              observation.path("dampedMass").asDouble(),
              observation.path("points").asLong(),
              instant(input, "measuredAt"),
              observation.path("samples").asInt(),
              instant(input, "conditionSince"),
              account(input.path("costAccount"), policy.costBand()),
              PenaltyRecord.read(observation)),
          new MoveHistory(lastMove(input.path("lastMove")), instants(input.path("recentMoves"))),
          new DecisionInput.Circumstances(
              input.path("dedicatedCount").asInt(),
              input.path("activeMoves").asInt(),
              pauses(input.path("pauses")),
              new WindowState(
                  input.path("windowOpen").asBoolean(), instant(input, "windowNextEdge")),
              input.has("waitingFor") ? input.path("waitingFor").asText() : null));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new NotReplayable("data.input cannot be read: " + e.getMessage());
    }
  }

  private static @Nullable CostAccount account(JsonNode account, @Nullable CostBand band) {
    return account.isMissingNode()
        ? null
        : new CostAccount(
            account.path("accumulated").asDouble(),
            account.path("credit").asDouble(),
            account.path("net").asDouble(),
            account.path("dedicated").asBoolean(),
            // Lines of before bands could change say nothing of their width.
            account.path("width").asDouble(band == null ? 0 : band.width()));
  }

  private static MoveCosts costs(JsonNode costs) {
    return new MoveCosts(cost(costs.path("promotion")), cost(costs.path("demotion")));
  }

  private static MeasuredCost cost(JsonNode cost) {
    return new MeasuredCost(
        cost.path("moves").asInt(),
        cost.path("mean").asDouble(),
        cost.path("deviation").asDouble());
  }

  /** The thresholds of the tenant's own; null where it has none. */
  static @Nullable TenantTierSpec overrides(JsonNode input) {
    if (!input.has("promote") && !input.has("demote")) {
      return null;
    }
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    spec.set("promote", input.get("promote"));
    spec.set("demote", input.get("demote"));
    return Serialization.jsonMapper().convertValue(spec, TenantTierSpec.class);
  }

  /** The pin of a decision line's input. */
  static Pin pin(JsonNode input) {
    String label = input.path("pin").asText();
    for (Pin pin : Pin.values()) {
      if (pin.label().equals(label)) {
        return pin;
      }
    }
    throw new IllegalArgumentException("pin '" + label + "'; allowed: Auto, Fallback, Dedicated");
  }

  private static @Nullable LastMove lastMove(JsonNode json) {
    return json.isMissingNode()
        ? null
        : new LastMove(
            direction(json.path("direction").asText()),
            LastMove.Outcome.valueOf(json.path("outcome").asText()),
            Instant.parse(json.path("finishedAt").asText()));
  }

  private static List<ActivePause> pauses(JsonNode json) {
    List<ActivePause> pauses = new ArrayList<>();
    for (JsonNode pause : json) {
      Set<Direction> directions = EnumSet.noneOf(Direction.class);
      pause.path("directions").forEach(word -> directions.add(direction(word.asText())));
      pauses.add(new ActivePause(
          pause.path("owner").asText(),
          pause.path("reason").asText(),
          Instant.parse(pause.path("until").asText()),
          directions));
    }
    return pauses;
  }

  /** The direction with this label. */
  static Direction direction(String label) {
    for (Direction direction : Direction.values()) {
      if (direction.label().equals(label)) {
        return direction;
      }
    }
    throw new IllegalArgumentException("direction '" + label + "'; allowed: Promote, Demote");
  }

  private static List<Instant> instants(JsonNode json) {
    List<Instant> instants = new ArrayList<>();
    json.forEach(text -> instants.add(Instant.parse(text.asText())));
    return instants;
  }

  private static @Nullable Instant instant(JsonNode json, String name) {
    return json.has(name) ? Instant.parse(json.path(name).asText()) : null;
  }
}
