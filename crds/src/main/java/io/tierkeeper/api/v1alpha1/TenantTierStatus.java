package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The present tier of a tenant, and what the policy advises. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TenantTierStatus(
    @JsonPropertyDescription("Generation of the spec that this status describes.") @Nullable
    Long observedGeneration,

    @JsonPropertyDescription("Present tier: Fallback, Promoting, Dedicated, Demoting or Unknown.")
    @Nullable
    String tier,

    @JsonPropertyDescription(
        "Points of the tenant; points retained by an unfinished move are not counted.")
    @Nullable
    Long points,

    @JsonPropertyDescription("Measured share, before damping.") @Nullable
    String observedMass,

    @JsonPropertyDescription("Damped share, which is compared with the thresholds.") @Nullable
    String dampedMass,

    @JsonPropertyDescription("Part of the last damped share that the damping keeps, 0 to 1.")
    @Nullable
    String alphaStar,

    @JsonPropertyDescription("What the policy advises, and why.") @Nullable
    Advice advice,

    @JsonPropertyDescription("The gate of every evaluated rule, in order.") @Nullable
    List<Gate> gates,

    @JsonPropertyDescription(
        "The accumulated cost, from which a restarted operator continues (decision CostBand).")
    @Nullable
    CostAccount costAccount,

    @JsonPropertyDescription("The last finished move.") @Nullable
    LastMove lastMove,

    @JsonPropertyDescription(
        "Conditions: Ready, Reconciling, Stalled, MeasurementsFresh, AwaitingApproval, Paused.")
    @Nullable
    List<Condition> conditions,

    @JsonPropertyDescription(
        "Value of the last tierkeeper.io/requestedAt annotation that was handled.")
    @Nullable
    String lastHandledRequest) {

  /** An empty status. */
  public static TenantTierStatus empty() {
    return new Builder().build();
  }

  /** A builder that starts from this status. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.observedGeneration = observedGeneration;
    builder.tier = tier;
    builder.points = points;
    builder.observedMass = observedMass;
    builder.dampedMass = dampedMass;
    builder.alphaStar = alphaStar;
    builder.advice = advice;
    builder.gates = gates;
    builder.costAccount = costAccount;
    builder.lastMove = lastMove;
    builder.conditions = conditions;
    builder.lastHandledRequest = lastHandledRequest;
    return builder;
  }

  /** What the policy advises. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Advice(
      @JsonPropertyDescription("Advised action: Promote, Demote or Hold.") @Nullable
      String action,

      @JsonPropertyDescription(
          "Reason why no move is in progress, or rule that advises the action.")
      @Nullable
      String reason,

      @JsonPropertyDescription("Time since which the action is the same.")
      @Pattern(Formats.TIME)
      @Nullable
      String since,

      @JsonPropertyDescription("Hash of the pending plan.") @Nullable
      String planHash,

      @JsonPropertyDescription("Explanation of the reason, and the next action.") @Nullable
      String message) {}

  /** The answer of one rule. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Gate(
      @JsonPropertyDescription("Name of the rule.") @Nullable
      String name,

      @JsonPropertyDescription("Current value.") @Nullable String current,
      @JsonPropertyDescription("Required value.") @Nullable String required,

      @JsonPropertyDescription("Whether the rule is met.") @Nullable
      Boolean met,

      @JsonPropertyDescription("Earliest time at which the rule can be met, if known.")
      @Pattern(Formats.TIME)
      @Nullable
      String earliest) {}

  /** The state of the cost band, in its unit of cost: a quarter of an hour at twice the promotion size. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CostAccount(
      @JsonPropertyDescription("Accumulated cost, from 0 to width.") @Nullable
      String accumulated,

      @JsonPropertyDescription("Credit: the additional cost that an early move may cause.")
      @Nullable
      String credit,

      @JsonPropertyDescription(
          "Cost that the last measurement added; positive if the fallback is the more expensive tier.")
      @Nullable
      String net,

      @JsonPropertyDescription(
          "Whether the tenant had a dedicated shard key, or was being promoted to one.")
      @Nullable
      Boolean dedicated,

      @JsonPropertyDescription(
          "Width of the band in which the cost was accumulated: the cost of a promotion plus that of a demotion.")
      @Nullable
      String width) {}

  /** The last finished move. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LastMove(
      @JsonPropertyDescription("Name of the TierMove.") @Nullable
      String name,

      @JsonPropertyDescription("Direction: Promote or Demote.") @Nullable
      String direction,

      @JsonPropertyDescription("Outcome: Succeeded, Aborted or Expired.") @Nullable
      String outcome,

      @JsonPropertyDescription("Time at which the move ended.") @Pattern(Formats.TIME) @Nullable
      String finishedAt) {}

  /** Sets one component at a time; a component that is not set is absent. */
  public static final class Builder {
    private @Nullable Long observedGeneration;
    private @Nullable String tier;
    private @Nullable Long points;
    private @Nullable String observedMass;
    private @Nullable String dampedMass;
    private @Nullable String alphaStar;
    private @Nullable Advice advice;
    private @Nullable List<Gate> gates;
    private @Nullable CostAccount costAccount;
    private @Nullable LastMove lastMove;
    private @Nullable List<Condition> conditions;
    private @Nullable String lastHandledRequest;

    public Builder observedGeneration(@Nullable Long value) {
      this.observedGeneration = value;
      return this;
    }

    public Builder tier(@Nullable String value) {
      this.tier = value;
      return this;
    }

    public Builder points(@Nullable Long value) {
      this.points = value;
      return this;
    }

    public Builder observedMass(@Nullable String value) {
      this.observedMass = value;
      return this;
    }

    public Builder dampedMass(@Nullable String value) {
      this.dampedMass = value;
      return this;
    }

    public Builder alphaStar(@Nullable String value) {
      this.alphaStar = value;
      return this;
    }

    public Builder advice(@Nullable Advice value) {
      this.advice = value;
      return this;
    }

    public Builder gates(@Nullable List<Gate> value) {
      this.gates = value;
      return this;
    }

    public Builder costAccount(@Nullable CostAccount value) {
      this.costAccount = value;
      return this;
    }

    public Builder lastMove(@Nullable LastMove value) {
      this.lastMove = value;
      return this;
    }

    public Builder conditions(@Nullable List<Condition> value) {
      this.conditions = value;
      return this;
    }

    public Builder lastHandledRequest(@Nullable String value) {
      this.lastHandledRequest = value;
      return this;
    }

    public TenantTierStatus build() {
      return new TenantTierStatus(
          observedGeneration,
          tier,
          points,
          observedMass,
          dampedMass,
          alphaStar,
          advice,
          gates,
          costAccount,
          lastMove,
          conditions,
          lastHandledRequest);
    }
  }
}
