package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plan of one move; what is planned is immutable, what users request of it is not. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.tenant) != has(self.tenantInteger)",
    messageExpression = "'exactly one of tenant and tenantInteger must be given, not '"
        + " + (has(self.tenant) ? 'both' : 'neither')",
    message = "exactly one of tenant and tenantInteger must be given")
@ValidationRule(
    value =
        "has(self.tenant) == has(oldSelf.tenant) && (!has(self.tenant) || self.tenant == oldSelf.tenant)"
            + " && has(self.tenantInteger) == has(oldSelf.tenantInteger)"
            + " && (!has(self.tenantInteger) || self.tenantInteger == oldSelf.tenantInteger)",
    message =
        "tenant and tenantInteger of a TierMove are immutable; only approved, abort, fenced, retainUntil and ttlAfterFinished may change",
    fieldPath = ".tenant")
public record TierMoveSpec(
    @JsonPropertyDescription("The TieredCollection of the tenant; immutable.")
    @Required
    @ValidationRule(
        value = "self.name == oldSelf.name",
        messageExpression =
            "'collectionRef is immutable: it is ' + oldSelf.name + ' and cannot become ' + self.name",
        message = "collectionRef is immutable")
    @Nullable
    LocalReference collectionRef,

    @JsonPropertyDescription("The tenant as it is in the payload; immutable.")
    @Size(min = 1, max = 255)
    @Nullable
    String tenant,

    @JsonPropertyDescription("The tenant if the payload field is an unsigned integer; immutable.")
    @Min(0)
    @Nullable
    Long tenantInteger,

    @JsonPropertyDescription("Direction: Promote or Demote; immutable.")
    @Required
    @ValidationRule(
        value = "self == oldSelf",
        messageExpression =
            "'direction is immutable: it is ' + oldSelf + ' and cannot become ' + self",
        message = "direction is immutable")
    @Nullable
    Direction direction,

    @JsonPropertyDescription("SHA-256 over the canonical form of plan; immutable.")
    @Required
    @Pattern(Formats.HASH)
    @Size(max = 71)
    @ValidationRule(
        value = "self == oldSelf",
        messageExpression =
            "'planHash is immutable: it is ' + oldSelf + ' and cannot become ' + self",
        message = "planHash is immutable")
    @Nullable
    String planHash,

    @JsonPropertyDescription("Steps, cost and inputs of the move; immutable.")
    @Required
    @ValidationRule(
        value = "self == oldSelf",
        message =
            "plan is immutable: an approval is valid for exactly this plan; delete the TierMove, and the operator creates a new plan if the move is still advised")
    @Nullable
    Plan plan,

    @JsonPropertyDescription(
        "Whether exactly this plan is approved; the chart's approval guard requires the verb approve on tiermoves.")
    @Default("false")
    @Nullable
    Boolean approved,

    @JsonPropertyDescription(
        "Whether the move is aborted at the next safe point; true cannot become false.")
    @Default("false")
    @ValidationRule(
        value = "!oldSelf || self",
        message =
            "abort cannot be taken back: it is true and cannot become false; the operator creates a new plan if the move is still advised")
    @Nullable
    Boolean abort,

    @JsonPropertyDescription("Fence by Manual: whether the tenant's writers are paused.")
    @Default("false")
    @Nullable
    Boolean fenced,

    @JsonPropertyDescription(
        "How long the finished TierMove is kept; absent means the operator's setting.")
    @Pattern(Formats.DURATION)
    @Size(min = 2, max = 20)
    @Nullable
    String ttlAfterFinished,

    @JsonPropertyDescription(
        "End of the retention of a promotion's old copy in place of the policy's retain.sourceFor; an instant in the past ends it now. Has no effect once the deletion has begun. Removing it keeps the end that it set.")
    @Pattern(Formats.TIME)
    @Nullable
    String retainUntil) {

  /** Steps, cost and inputs of a move. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Plan(
      @JsonPropertyDescription("Number of points to move.") @Required @Min(0) @Nullable
      Long points,

      @JsonPropertyDescription("Estimated number of bytes to move.") @Min(0) @Nullable
      Long bytes,

      @JsonPropertyDescription("Estimated duration in seconds.") @Min(0) @Nullable
      Long estimatedSeconds,

      @JsonPropertyDescription("Ids of the involved peers.") @Size(max = 64) @Nullable
      List<@Size(max = 64) String> peers,

      @JsonPropertyDescription(
          "Number of segments that the move adds; negative if a dedicated shard is removed.")
      @Nullable
      Integer newSegments,

      @JsonPropertyDescription("Names of the steps, in order.") @Size(max = 64) @Nullable
      List<@Size(max = 64) String> steps,

      @JsonPropertyDescription("The policy that the plan follows.") @Nullable
      PlannedBy policy,

      @JsonPropertyDescription("The numbers from which the plan was computed.")
      @Size(max = 64)
      @Nullable
      Map<String, @Size(max = 512) String> inputs) {}

  /** The policy that a plan follows. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PlannedBy(
      @JsonPropertyDescription("Name of the TierPolicy.") @Required @Size(max = 253) @Nullable
      String name,

      @JsonPropertyDescription("Generation of the TierPolicy.") @Required @Nullable
      Long generation) {}
}
