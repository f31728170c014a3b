package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a move stands. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TierMoveStatus(
    @JsonPropertyDescription("Generation of the spec that this status is about.") @Nullable
    Long observedGeneration,

    @JsonPropertyDescription(
        "Pending, AwaitingApproval, AwaitingWindow, Preflight, Copying, Verifying, Retaining, CleaningUp, Succeeded, Aborting, Aborted, Failed or Expired.")
    @Nullable
    String phase,

    @JsonPropertyDescription("The step that is under way.") @Nullable
    Step step,

    @JsonPropertyDescription("How far the step is.") @Nullable
    Progress progress,

    @JsonPropertyDescription("What the comparison of both copies found.") @Nullable
    Verification verification,

    @JsonPropertyDescription("Whether and how the move can be undone.") @Nullable
    Undo undo,

    @JsonPropertyDescription("Who approved the plan, and by which door.") @Nullable
    Approval approval,

    @JsonPropertyDescription("When the first change to Qdrant was intended.")
    @Pattern(Formats.TIME)
    @Nullable
    String startedAt,

    @JsonPropertyDescription("When both copies had been compared and were the same.")
    @Pattern(Formats.TIME)
    @Nullable
    String verifiedAt,

    @JsonPropertyDescription("When the move ended.") @Pattern(Formats.TIME) @Nullable
    String finishedAt,

    @JsonPropertyDescription("A sentence that says where it stands or why it ended.") @Nullable
    String message,

    @JsonPropertyDescription(
        "Intents that were stored before the deed; read and written by the operator only.")
    @PreserveUnknownFields
    @Nullable
    JsonNode journal,

    @JsonPropertyDescription("Ready, Reconciling, Stalled, AwaitingApproval, Paused.") @Nullable
    List<Condition> conditions) {

  /** A status that says nothing yet. */
  public static TierMoveStatus empty() {
    return new Builder().build();
  }

  /** A builder that starts from this status. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.observedGeneration = observedGeneration;
    builder.phase = phase;
    builder.step = step;
    builder.progress = progress;
    builder.verification = verification;
    builder.undo = undo;
    builder.approval = approval;
    builder.startedAt = startedAt;
    builder.verifiedAt = verifiedAt;
    builder.finishedAt = finishedAt;
    builder.message = message;
    builder.journal = journal;
    builder.conditions = conditions;
    return builder;
  }

  /** The step that is under way. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Step(
      @JsonPropertyDescription("Name of the step.") @Nullable
      String name,

      @JsonPropertyDescription("Its place, from 1.") @Nullable
      Integer index,

      @JsonPropertyDescription("Number of steps.") @Nullable Integer of,

      @JsonPropertyDescription("How often it was tried.") @Nullable
      Integer attempt,

      @JsonPropertyDescription("When this attempt began.") @Pattern(Formats.TIME) @Nullable
      String startedAt) {}

  /** How far the step is. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Progress(
      @JsonPropertyDescription("Points done.") @Nullable Long done,
      @JsonPropertyDescription("Points in all.") @Nullable Long total,
      @JsonPropertyDescription("Percent done.") @Nullable Integer percent,

      @JsonPropertyDescription("Seconds still to go, estimated.") @Nullable
      Long etaSeconds) {}

  /** What the comparison of both copies found. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Verification(
      @JsonPropertyDescription("Points compared.") @Nullable Long compared,

      @JsonPropertyDescription("Points that the new copy lacks.") @Nullable
      Long missing,

      @JsonPropertyDescription("Points that only the new copy has.") @Nullable
      Long extra,

      @JsonPropertyDescription("Points whose payload or vectors differ.") @Nullable
      Long different,

      @JsonPropertyDescription("Last point id that was compared; a restart goes on after it.")
      @Nullable
      String resumeAfter,

      @JsonPropertyDescription("Overlap of the search probes' results.") @Nullable
      String topKOverlap,

      @JsonPropertyDescription("Pending, Passed or Failed.") @Nullable
      String verdict) {}

  /** Whether and how the move can be undone. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Undo(
      @JsonPropertyDescription("Whether it still can.") @Nullable
      Boolean possible,

      @JsonPropertyDescription("Until when.") @Pattern(Formats.TIME) @Nullable
      String until,

      @JsonPropertyDescription("By which command.") @Nullable
      String how) {}

  /** Who approved the plan. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Approval(
      @JsonPropertyDescription("Who approved.") @Nullable String by,

      @JsonPropertyDescription(
          "Field (spec.approved), Git (TenantTier.spec.approvals) or Policy (no person was needed).")
      @Nullable
      String door,

      @JsonPropertyDescription("The approver's remark.") @Nullable
      String note,

      @JsonPropertyDescription("When the operator saw it.") @Pattern(Formats.TIME) @Nullable
      String at) {}

  /** Sets one component at a time; what is not set stays absent. */
  public static final class Builder {
    private @Nullable Long observedGeneration;
    private @Nullable String phase;
    private @Nullable Step step;
    private @Nullable Progress progress;
    private @Nullable Verification verification;
    private @Nullable Undo undo;
    private @Nullable Approval approval;
    private @Nullable String startedAt;
    private @Nullable String verifiedAt;
    private @Nullable String finishedAt;
    private @Nullable String message;
    private @Nullable JsonNode journal;
    private @Nullable List<Condition> conditions;

    public Builder observedGeneration(@Nullable Long value) {
      this.observedGeneration = value;
      return this;
    }

    public Builder phase(@Nullable String value) {
      this.phase = value;
      return this;
    }

    public Builder step(@Nullable Step value) {
      this.step = value;
      return this;
    }

    public Builder progress(@Nullable Progress value) {
      this.progress = value;
      return this;
    }

    public Builder verification(@Nullable Verification value) {
      this.verification = value;
      return this;
    }

    public Builder undo(@Nullable Undo value) {
      this.undo = value;
      return this;
    }

    public Builder approval(@Nullable Approval value) {
      this.approval = value;
      return this;
    }

    public Builder startedAt(@Nullable String value) {
      this.startedAt = value;
      return this;
    }

    public Builder verifiedAt(@Nullable String value) {
      this.verifiedAt = value;
      return this;
    }

    public Builder finishedAt(@Nullable String value) {
      this.finishedAt = value;
      return this;
    }

    public Builder message(@Nullable String value) {
      this.message = value;
      return this;
    }

    public Builder journal(@Nullable JsonNode value) {
      this.journal = value;
      return this;
    }

    public Builder conditions(@Nullable List<Condition> value) {
      this.conditions = value;
      return this;
    }

    public TierMoveStatus build() {
      return new TierMoveStatus(
          observedGeneration,
          phase,
          step,
          progress,
          verification,
          undo,
          approval,
          startedAt,
          verifiedAt,
          finishedAt,
          message,
          journal,
          conditions);
    }
  }
}
