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

/** The state of a move. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TierMoveStatus(
    @JsonPropertyDescription("Generation of the spec that this status describes.") @Nullable
    Long observedGeneration,

    @JsonPropertyDescription(
        "Phase: Pending, AwaitingApproval, AwaitingWindow, Preflight, Copying, Verifying, Retaining, CleaningUp, Succeeded, Aborting, Aborted or Expired.")
    @Nullable
    String phase,

    @JsonPropertyDescription("The current step.") @Nullable Step step,

    @JsonPropertyDescription("Progress of the current step.") @Nullable
    Progress progress,

    @JsonPropertyDescription("Result of the comparison of both copies.") @Nullable
    Verification verification,

    @JsonPropertyDescription("Whether and how the move can be undone.") @Nullable
    Undo undo,

    @JsonPropertyDescription("The snapshot of the dedicated shard key that the move has stored.")
    @Nullable
    Snapshot snapshot,

    @JsonPropertyDescription("Who approved the plan, and how.") @Nullable
    Approval approval,

    @JsonPropertyDescription("Time at which the first change of Qdrant was announced.")
    @Pattern(Formats.TIME)
    @Nullable
    String startedAt,

    @JsonPropertyDescription("Time at which the comparison of both copies succeeded.")
    @Pattern(Formats.TIME)
    @Nullable
    String verifiedAt,

    @JsonPropertyDescription("Time at which the move ended.") @Pattern(Formats.TIME) @Nullable
    String finishedAt,

    @JsonPropertyDescription("State of the move, or reason for its end, and the next action.")
    @Nullable
    String message,

    @JsonPropertyDescription(
        "Durable state of the move, stored before each mutation; only the operator reads and writes it.")
    @PreserveUnknownFields
    @Nullable
    JsonNode journal,

    @JsonPropertyDescription("Conditions: Ready, Reconciling, Stalled, AwaitingApproval, Paused.")
    @Nullable
    List<Condition> conditions) {

  /** An empty status. */
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
    builder.snapshot = snapshot;
    builder.approval = approval;
    builder.startedAt = startedAt;
    builder.verifiedAt = verifiedAt;
    builder.finishedAt = finishedAt;
    builder.message = message;
    builder.journal = journal;
    builder.conditions = conditions;
    return builder;
  }

  /** The current step. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Step(
      @JsonPropertyDescription("Name of the step.") @Nullable
      String name,

      @JsonPropertyDescription("Position of the step, from 1.") @Nullable
      Integer index,

      @JsonPropertyDescription("Number of steps.") @Nullable Integer of,

      @JsonPropertyDescription("Number of attempts.") @Nullable
      Integer attempt,

      @JsonPropertyDescription("Time at which this attempt began.") @Pattern(Formats.TIME) @Nullable
      String startedAt) {}

  /** Progress of the current step. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Progress(
      @JsonPropertyDescription("Number of points done.") @Nullable
      Long done,

      @JsonPropertyDescription("Total number of points.") @Nullable
      Long total,

      @JsonPropertyDescription("Percent done.") @Nullable Integer percent,

      @JsonPropertyDescription("Estimated remaining seconds.") @Nullable
      Long etaSeconds) {}

  /** Result of the comparison of both copies. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Verification(
      @JsonPropertyDescription("Number of points compared.") @Nullable
      Long compared,

      @JsonPropertyDescription("Number of points that are missing in the new copy.") @Nullable
      Long missing,

      @JsonPropertyDescription("Number of points that are only in the new copy.") @Nullable
      Long extra,

      @JsonPropertyDescription("Number of points whose payload or vectors differ.") @Nullable
      Long different,

      @JsonPropertyDescription(
          "Last compared point id; after a restart the comparison continues after it.")
      @Nullable
      String resumeAfter,

      @JsonPropertyDescription("Overlap of the results of the search probes.") @Nullable
      String topKOverlap,

      @JsonPropertyDescription("Verdict: Running, Equal or Different.") @Nullable
      String verdict) {}

  /** Whether and how the move can be undone. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Undo(
      @JsonPropertyDescription("Whether the move can still be undone.") @Nullable
      Boolean possible,

      @JsonPropertyDescription("Time until which the move can be undone.")
      @Pattern(Formats.TIME)
      @Nullable
      String until,

      @JsonPropertyDescription("Command that undoes the move.") @Nullable
      String how) {}

  /** A snapshot of the dedicated shard key in the operator's directory of snapshots. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Snapshot(
      @JsonPropertyDescription("Name of the file.") @Nullable
      String file,

      @JsonPropertyDescription("Number of points of the tenant when it was taken.") @Nullable
      Long points,

      @JsonPropertyDescription("Size of the file in bytes.") @Nullable
      Long bytes,

      @JsonPropertyDescription("SHA-256 of the file.") @Nullable
      String sha256,

      @JsonPropertyDescription("Id of the peer that held the shard.") @Nullable
      String peer,

      @JsonPropertyDescription("Time after which the operator deletes it.")
      @Pattern(Formats.TIME)
      @Nullable
      String keepUntil) {}

  /** Who approved the plan. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Approval(
      @JsonPropertyDescription("Name of the approver.") @Nullable
      String by,

      @JsonPropertyDescription(
          "Field (spec.approved), Git (TenantTier.spec.approvals) or Policy (no approval was required).")
      @Nullable
      String door,

      @JsonPropertyDescription(
          "Authenticated: the API server has compared the name with the user's. Claimed: the name is not verified. Absent if the policy approved.")
      @Nullable
      String identity,

      @JsonPropertyDescription("Note of the approver.") @Nullable
      String note,

      @JsonPropertyDescription("Time at which the operator saw the approval.")
      @Pattern(Formats.TIME)
      @Nullable
      String at) {}

  /** Sets one component at a time; a component that is not set is absent. */
  public static final class Builder {
    private @Nullable Long observedGeneration;
    private @Nullable String phase;
    private @Nullable Step step;
    private @Nullable Progress progress;
    private @Nullable Verification verification;
    private @Nullable Undo undo;
    private @Nullable Snapshot snapshot;
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

    public Builder snapshot(@Nullable Snapshot value) {
      this.snapshot = value;
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
          snapshot,
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
