package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.DecisionInputs;
import io.tierkeeper.audit.PenaltyPart;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a decision stands in the trail: what the rules saw, what each answered, and what came of it. */
public final class DecisionRecord {

  private DecisionRecord() {}

  /**
   * What the rules saw in addition to the masses, complete enough to take the decision again.
   *
   * @param named the TenantTier whose thresholds override the policy's; null for a tenant without one
   */
  public static DecisionInputs input(DecisionInput seen, @Nullable TenantTierSpec named) {
    DecisionInput.Circumstances around = seen.circumstances();
    LastMove last = seen.moves().last();
    CostAccount account = seen.measured().costAccount();
    CostBand band = seen.policy().costBand();
    MoveCosts measured = band == null ? null : band.measured();
    return new DecisionInputs(
        seen.now(),
        seen.measured().at(),
        seen.measured().conditionSince(),
        seen.tier().label(),
        seen.pin().label(),
        around.pauses().stream().map(DecisionRecord::pause).toList(),
        around.waitingFor(),
        new DecisionInputs.Moves(
            around.dedicatedCount(),
            around.activeMoves(),
            last == null
                ? null
                : new DecisionInputs.LastMove(
                    last.direction().label(), last.outcome().name(), last.finishedAt()),
            seen.moves().recent()),
        new DecisionInputs.Window(around.window().open(), around.window().nextEdge()),
        new DecisionInputs.Costs(
            account == null
                ? null
                : new DecisionInputs.Account(
                    account.accumulated(),
                    account.credit(),
                    account.net(),
                    account.dedicated(),
                    account.width()),
            measured == null
                ? null
                : new DecisionInputs.MoveCosts(
                    cost(measured.promotion()), cost(measured.demotion()))),
        new DecisionInputs.Thresholds(
            json(named == null ? null : named.promote()),
            json(named == null ? null : named.demote())));
  }

  private static DecisionInputs.ActivePause pause(ActivePause pause) {
    return new DecisionInputs.ActivePause(
        pause.owner(),
        pause.reason(),
        pause.until(),
        pause.directions().stream().sorted().map(Direction::label).toList());
  }

  private static DecisionInputs.MoveCost cost(MeasuredCost cost) {
    return new DecisionInputs.MoveCost(cost.moves(), cost.mean(), cost.deviation());
  }

  private static @Nullable JsonNode json(@Nullable Object thresholds) {
    return thresholds == null ? null : Serialization.jsonMapper().valueToTree(thresholds);
  }

  /** What a decision saw of its tenant. */
  static DecisionData.Observation observation(
      long points,
      long totalPoints,
      RegimeEvaluation numbers,
      Window window,
      long samples,
      DecisionInput seen) {
    List<PenaltyPart> parts = PenaltyRecord.parts(numbers.penalty());
    return new DecisionData.Observation(
        points,
        totalPoints,
        numbers.observedMass(),
        numbers.dampedMass(),
        numbers.alphaStar(),
        numbers.penalty().total(),
        parts.isEmpty() ? null : numbers.penalty().tier(),
        parts,
        Arrays.stream(window.toArray()).boxed().toList(),
        samples,
        age(seen).toMillis());
  }

  /** How old the measurement is; one that was taken while the evaluation ran is new. */
  private static Duration age(DecisionInput seen) {
    Duration age = Duration.between(Objects.requireNonNull(seen.measured().at()), seen.now());
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** The answers of the rules. */
  public static List<DecisionData.Gate> gates(Decision decision) {
    return decision.gates().stream().map(DecisionRecord::gate).toList();
  }

  private static DecisionData.Gate gate(Gate gate) {
    return gate.currentValue() != null && gate.requiredValue() != null
        ? DecisionData.Gate.ofNumbers(
            gate.name(), gate.currentValue(), gate.requiredValue(), gate.met(), gate.earliest())
        : DecisionData.Gate.ofWords(
            gate.name(), gate.current(), gate.required(), gate.met(), gate.earliest());
  }

  /**
   * What was decided.
   *
   * @param from where the tenant is served from
   */
  public static DecisionData.Verdict verdict(
      Decision decision, TierState from, @Nullable String planHash, @Nullable String move) {
    Direction to = decision instanceof Hold ? null : decision.advised();
    return new DecisionData.Verdict(
        from.label(),
        to == null ? from.label() : to == Direction.PROMOTE ? "Dedicated" : "Fallback",
        to == null ? "Hold" : to.label(),
        to == null ? "Held" : decision.approvalRequired() ? "AwaitingApproval" : "Planned",
        decision.reason().label(),
        planHash,
        move);
  }

  /**
   * What the rules saw, read back from a decision line.
   *
   * @param rules those that the line names
   * @throws NotReplayable when the line lacks something, with its name
   */
  static DecisionInput read(String tenant, DecisionData data, Policy rules) throws NotReplayable {
    DecisionInputs input = data.input();
    DecisionData.Observation observation = data.observation();
    try {
      Instant now = required("now", input == null ? null : input.now());
      String tier = required("tier", input == null ? null : input.tier());
      Instant measuredAt = required("measuredAt", input == null ? null : input.measuredAt());
      String pin = required("pin", input == null ? null : input.pin());
      List<DecisionInputs.ActivePause> pauses =
          required("pauses", input == null ? null : input.pauses());
      Objects.requireNonNull(input);
      DecisionPolicy policy =
          rules.decisions(overrides(input)).withMeasured(costs(input.costs().moveCosts()));
      return new DecisionInput(
          tenant,
          RecordedComposition.state(tier),
          policy,
          pin(pin),
          now,
          new DecisionInput.Measured(
              observation.dampedMass(),
              observation.points(),
              measuredAt,
              Math.toIntExact(observation.samples()),
              input.conditionSince(),
              account(input.costs().costAccount(), policy.costBand()),
              PenaltyRecord.read(observation)),
          new MoveHistory(lastMove(input.moves().lastMove()), input.moves().recentMoves()),
          new DecisionInput.Circumstances(
              input.moves().dedicatedCount(),
              input.moves().activeMoves(),
              pauses.stream().map(DecisionRecord::pause).toList(),
              new WindowState(input.window().windowOpen(), input.window().windowNextEdge()),
              input.waitingFor()));
    } catch (IllegalArgumentException e) {
      throw new NotReplayable("data.input cannot be read: " + e.getMessage());
    }
  }

  /** Version 0.1.0 began without some of what decisions are taken from. */
  private static <T> T required(String name, @Nullable T value) throws NotReplayable {
    if (value == null) {
      throw new NotReplayable(
          "data.input." + name
              + " is missing: the line was written before decisions carried all that they were taken from");
    }
    return value;
  }

  private static @Nullable CostAccount account(
      DecisionInputs.@Nullable Account account, @Nullable CostBand band) {
    return account == null
        ? null
        : new CostAccount(
            account.accumulated(),
            account.credit(),
            account.net(),
            account.dedicated(),
            account.width() == null ? (band == null ? 0 : band.width()) : account.width());
  }

  private static MoveCosts costs(DecisionInputs.@Nullable MoveCosts costs) {
    return costs == null
        ? MoveCosts.NONE
        : new MoveCosts(cost(costs.promotion()), cost(costs.demotion()));
  }

  private static MeasuredCost cost(DecisionInputs.MoveCost cost) {
    return new MeasuredCost(cost.moves(), cost.mean(), cost.deviation());
  }

  /** The tenant's own thresholds; null where it has none. */
  static @Nullable TenantTierSpec overrides(DecisionInputs input) {
    DecisionInputs.Thresholds own = input.thresholds();
    if (own.promote() == null && own.demote() == null) {
      return null;
    }
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    spec.set("promote", own.promote());
    spec.set("demote", own.demote());
    return Serialization.jsonMapper().convertValue(spec, TenantTierSpec.class);
  }

  /** The pin with this label. */
  static Pin pin(String label) {
    for (Pin pin : Pin.values()) {
      if (pin.label().equals(label)) {
        return pin;
      }
    }
    throw new IllegalArgumentException("pin '" + label + "'; allowed: Auto, Fallback, Dedicated");
  }

  private static @Nullable LastMove lastMove(DecisionInputs.@Nullable LastMove last) {
    return last == null
        ? null
        : new LastMove(
            direction(last.direction()),
            LastMove.Outcome.valueOf(last.outcome()),
            last.finishedAt());
  }

  private static ActivePause pause(DecisionInputs.ActivePause pause) {
    return new ActivePause(
        pause.owner(), pause.reason(), pause.until(), directions(pause.directions()));
  }

  /** The directions with these labels. */
  static Set<Direction> directions(List<String> labels) {
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    labels.forEach(label -> directions.add(direction(label)));
    return directions;
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
}
