package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a tenant is, and why it stays or goes. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TenantTierStatus(
    @JsonPropertyDescription("Generation of the spec that this status is about.") @Nullable
    Long observedGeneration,

    @JsonPropertyDescription("Fallback, Promoting, Dedicated, Demoting or Unknown.") @Nullable
    String tier,

    @JsonPropertyDescription("Points of the tenant; a copy that a move retains is not counted.")
    @Nullable
    Long points,

    @JsonPropertyDescription("Measured share.") @Nullable String observedMass,

    @JsonPropertyDescription("Damped share, the one that is compared.") @Nullable
    String dampedMass,

    @JsonPropertyDescription("Inheritance that minimised the objective.") @Nullable
    String alphaStar,

    @JsonPropertyDescription("What the policy would do, and why.") @Nullable
    Advice advice,

    @JsonPropertyDescription("Every rule that was asked, in order.") @Nullable
    List<Gate> gates,

    @JsonPropertyDescription(
        "What the cost band has accumulated, from which a restarted operator goes on (decision CostBand).")
    @Nullable
    CostAccount costAccount,

    @JsonPropertyDescription("The move that ended last.") @Nullable
    LastMove lastMove,

    @JsonPropertyDescription(
        "Ready, Reconciling, Stalled, MeasurementsFresh, AwaitingApproval, Paused.")
    @Nullable
    List<Condition> conditions,

    @JsonPropertyDescription("Token of the last tierkeeper.io/requestedAt that was answered.")
    @Nullable
    String lastHandledRequest) {

  /** A status that says nothing yet. */
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

  /** What the policy would do. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Advice(
      @JsonPropertyDescription("Promote, Demote or Hold.") @Nullable
      String action,

      @JsonPropertyDescription("Why it is not under way, or which rule advises it.") @Nullable
      String reason,

      @JsonPropertyDescription("Since when the action is the same.")
      @Pattern(Formats.TIME)
      @Nullable
      String since,

      @JsonPropertyDescription("Hash of the plan that is pending.") @Nullable
      String planHash,

      @JsonPropertyDescription("A sentence that says what to do.") @Nullable
      String message) {}

  /** One rule, and what it answered. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Gate(
      @JsonPropertyDescription("Name of the rule.") @Nullable
      String name,

      @JsonPropertyDescription("What it saw.") @Nullable String current,
      @JsonPropertyDescription("What it wants.") @Nullable String required,

      @JsonPropertyDescription("Whether it is content.") @Nullable
      Boolean met,

      @JsonPropertyDescription("When it can be content at the earliest, if that is known.")
      @Pattern(Formats.TIME)
      @Nullable
      String earliest) {}

  /** What the cost band remembers, in its unit of cost: a quarter of an hour at twice the promotion size. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CostAccount(
      @JsonPropertyDescription("What has accumulated, from 0 to width.") @Nullable
      String accumulated,

      @JsonPropertyDescription("What the tenant may still lose by moving early.") @Nullable
      String credit,

      @JsonPropertyDescription(
          "What the last measurement added; above zero where the fallback is the dearer tier.")
      @Nullable
      String net,

      @JsonPropertyDescription("Whether it was in a shard key of its own, or on its way there.")
      @Nullable
      Boolean dedicated,

      @JsonPropertyDescription(
          "Width of the band that it was accumulated in: what a promotion and a demotion cost together.")
      @Nullable
      String width) {}

  /** The move that ended last. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LastMove(
      @JsonPropertyDescription("Name of the TierMove.") @Nullable
      String name,

      @JsonPropertyDescription("Promote or Demote.") @Nullable
      String direction,

      @JsonPropertyDescription("Succeeded, Aborted, Failed or Expired.") @Nullable
      String outcome,

      @JsonPropertyDescription("When it ended.") @Pattern(Formats.TIME) @Nullable
      String finishedAt) {}

  /** Sets one component at a time; what is not set stays absent. */
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
