package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A verdict, or the reasons for it, changed.
 *
 * @param mode {@code Off}, {@code Recommend}, {@code Approve} or {@code Auto}
 * @param input what else the rules saw, complete enough to take the decision again
 */
public record DecisionData(
    ResourceRef object,
    PolicyRef policy,
    String mode,
    Observation observation,
    List<Gate> gates,
    Verdict decision,
    HufTrace huf,
    @Nullable DecisionInputs input)
    implements EventData {

  /**
   * What a decision saw of its tenant.
   *
   * @param penalty P(s), the parts included
   * @param tierPenalty P(s) without the parts; null where the policy has no terms of its own
   * @param penaltyTerms what each of the policy's own penalty terms adds
   * @param window recent damped masses, oldest first
   * @param samples measurements so far
   * @param ageMs of the measurement
   */
  public record Observation(
      long points,
      long totalPoints,
      double observedMass,
      double dampedMass,
      double alphaStar,
      double penalty,
      @Nullable Double tierPenalty,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PenaltyPart> penaltyTerms,
      List<Double> window,
      long samples,
      long ageMs) {

    /** The terms of a policy without terms are empty. */
    public Observation {
      penaltyTerms = penaltyTerms == null ? List.of() : List.copyOf(penaltyTerms);
    }
  }

  /**
   * The answer of one rule.
   *
   * @param earliest when it may be met, if that is known
   */
  public record Gate(
      String name,
      GateValue current,
      GateValue required,
      boolean met,
      @Nullable Instant earliest) {

    /** A rule that compares numbers. */
    public static Gate ofNumbers(
        String name, double current, double required, boolean met, @Nullable Instant earliest) {
      return new Gate(
          name, new GateValue.OfNumber(current), new GateValue.OfNumber(required), met, earliest);
    }

    /** A rule that answers in words. */
    public static Gate ofWords(
        String name, String current, String required, boolean met, @Nullable Instant earliest) {
      return new Gate(
          name, new GateValue.OfText(current), new GateValue.OfText(required), met, earliest);
    }
  }

  /**
   * What was decided.
   *
   * @param from tier now
   * @param to tier after the action; the same for Hold
   * @param action {@code Promote}, {@code Demote} or {@code Hold}
   * @param outcome what follows, such as {@code AwaitingApproval}
   * @param reason a documented constant
   * @param planHash of the plan, where there is one
   * @param move name of the TierMove, where there is one
   */
  public record Verdict(
      String from,
      String to,
      String action,
      String outcome,
      String reason,
      @Nullable String planHash,
      @Nullable String move) {}

  /** The six fields of the framework's trace report (artifact 3), by the names that its own tools read. */
  public record HufTrace(
      @JsonProperty("item_id") String itemId,
      @JsonProperty("regime_path") List<String> regimePath,
      @JsonProperty("rho_global_post") double rhoGlobalPost,
      @JsonProperty("inputs_ref") String inputsRef,
      @JsonProperty("method_ref") String methodRef,
      @JsonProperty("discarded_budget_global") double discardedBudgetGlobal) {}

  @Override
  public AuditType type() {
    return AuditType.DECISION;
  }
}
