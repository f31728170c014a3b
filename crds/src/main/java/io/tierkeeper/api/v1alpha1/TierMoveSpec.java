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

/** One move as it was planned; all but {@code approved}, {@code abort} and {@code fenced} is immutable. */
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
        "tenant and tenantInteger of a TierMove are immutable; only approved, abort and fenced may change",
    fieldPath = ".tenant")
public record TierMoveSpec(
    @JsonPropertyDescription("The TieredCollection that the tenant lives in; immutable.")
    @Required
    @ValidationRule(
        value = "self.name == oldSelf.name",
        messageExpression =
            "'collectionRef is immutable: it is ' + oldSelf.name + ' and cannot become ' + self.name",
        message = "collectionRef is immutable")
    @Nullable
    LocalReference collectionRef,

    @JsonPropertyDescription("The tenant as it stands in the payload; immutable.")
    @Size(min = 1, max = 255)
    @Nullable
    String tenant,

    @JsonPropertyDescription("The tenant where the payload holds a number; immutable.")
    @Min(0)
    @Nullable
    Long tenantInteger,

    @JsonPropertyDescription("Promote or Demote; immutable.")
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

    @JsonPropertyDescription(
        "What will be done, what it costs, and from which numbers it follows; immutable.")
    @Required
    @ValidationRule(
        value = "self == oldSelf",
        message =
            "plan is immutable: an approval is for exactly this plan; delete the TierMove to have a new one planned")
    @Nullable
    Plan plan,

    @JsonPropertyDescription(
        "Approves exactly this plan; guarded by the verb approve on tiermoves.")
    @Default("false")
    @Nullable
    Boolean approved,

    @JsonPropertyDescription("Stops the move at the next safe point; cannot be taken back.")
    @Default("false")
    @ValidationRule(
        value = "!oldSelf || self",
        message =
            "abort cannot be taken back: it is true and cannot become false; a new move is planned when its time comes")
    @Nullable
    Boolean abort,

    @JsonPropertyDescription("Fence by Manual: says that the tenant's writers are paused.")
    @Default("false")
    @Nullable
    Boolean fenced,

    @JsonPropertyDescription(
        "How long the finished move is kept; absent: as long as the operator is set to.")
    @Pattern(Formats.DURATION)
    @Size(min = 2, max = 20)
    @Nullable
    String ttlAfterFinished) {

  /** What will be done, and from which numbers it follows. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Plan(
      @JsonPropertyDescription("Points that will be moved.") @Required @Min(0) @Nullable
      Long points,

      @JsonPropertyDescription("Bytes that will be moved, estimated.") @Min(0) @Nullable
      Long bytes,

      @JsonPropertyDescription("Seconds that the move will take, estimated.") @Min(0) @Nullable
      Long estimatedSeconds,

      @JsonPropertyDescription("Ids of the peers that take part.") @Size(max = 64) @Nullable
      List<@Size(max = 64) String> peers,

      @JsonPropertyDescription("Segments that a dedicated shard adds; negative where one goes.")
      @Nullable
      Integer newSegments,

      @JsonPropertyDescription("Names of the steps in their order.") @Size(max = 64) @Nullable
      List<@Size(max = 64) String> steps,

      @JsonPropertyDescription("The policy by which it was planned.") @Nullable
      PlannedBy policy,

      @JsonPropertyDescription("The numbers it was planned from.") @Size(max = 64) @Nullable
      Map<String, @Size(max = 512) String> inputs) {}

  /** The policy by which a move was planned. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PlannedBy(
      @JsonPropertyDescription("Name of the TierPolicy.") @Required @Size(max = 253) @Nullable
      String name,

      @JsonPropertyDescription("Generation of the TierPolicy.") @Required @Nullable
      Long generation) {}
}
