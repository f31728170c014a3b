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
import org.jspecify.annotations.Nullable;

/** The tenant and its desired tier. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.tenant) != has(self.tenantInteger)",
    messageExpression = "'exactly one of tenant and tenantInteger must be given, not '"
        + " + (has(self.tenant) ? 'both' : 'neither')",
    message = "exactly one of tenant and tenantInteger must be given")
@ValidationRule(
    value =
        "has(self.tenant) == has(oldSelf.tenant) && (!has(self.tenant) || self.tenant == oldSelf.tenant)",
    messageExpression =
        "'tenant is immutable: it is ' + (has(oldSelf.tenant) ? oldSelf.tenant : '(absent)')"
            + " + ' and cannot become ' + (has(self.tenant) ? self.tenant : '(absent)')",
    message = "tenant is immutable",
    fieldPath = ".tenant")
@ValidationRule(
    value = "has(self.tenantInteger) == has(oldSelf.tenantInteger)"
        + " && (!has(self.tenantInteger) || self.tenantInteger == oldSelf.tenantInteger)",
    messageExpression = "'tenantInteger is immutable: it is %s and cannot become %s'.format(["
        + "has(oldSelf.tenantInteger) ? dyn(oldSelf.tenantInteger) : dyn('(absent)'), "
        + "has(self.tenantInteger) ? dyn(self.tenantInteger) : dyn('(absent)')])",
    message = "tenantInteger is immutable",
    fieldPath = ".tenantInteger")
@ValidationRule(
    value =
        "!has(self.promote) || !has(self.promote.aboveShare) || !has(self.demote) || !has(self.demote.belowShare)"
            + " || !self.promote.aboveShare.matches('" + Rules.NUMBER
            + "') || !self.demote.belowShare.matches('"
            + Rules.NUMBER
            + "') || double(self.demote.belowShare) < double(self.promote.aboveShare)",
    messageExpression =
        "'demote.belowShare ' + self.demote.belowShare + ' must be lower than promote.aboveShare '"
            + " + self.promote.aboveShare",
    message = "demote.belowShare must be lower than promote.aboveShare",
    fieldPath = ".demote.belowShare")
@ValidationRule(
    value =
        "!has(self.promote) || !has(self.promote.minPoints) || !has(self.demote) || !has(self.demote.maxPoints)"
            + " || self.demote.maxPoints < self.promote.minPoints",
    messageExpression = "'demote.maxPoints %d must be lower than promote.minPoints %d'"
        + ".format([self.demote.maxPoints, self.promote.minPoints])",
    message = "demote.maxPoints must be lower than promote.minPoints",
    fieldPath = ".demote.maxPoints")
public record TenantTierSpec(
    @JsonPropertyDescription("The TieredCollection of the tenant; immutable.")
    @Required
    @ValidationRule(
        value = "self.name == oldSelf.name",
        messageExpression =
            "'collectionRef is immutable: it is ' + oldSelf.name + ' and cannot become ' + self.name",
        message = "collectionRef is immutable")
    @Nullable
    LocalReference collectionRef,

    @JsonPropertyDescription("The tenant as it is in the payload, 1 to 255 bytes; immutable.")
    @Size(min = 1, max = 255)
    @ValidationRule(
        value = "bytes(self).size() <= 255",
        messageExpression = "'tenant ' + self + ' must have at most 255 bytes in UTF-8'",
        message = "tenant must have at most 255 bytes in UTF-8")
    @ValidationRule(
        value = "!self.startsWith('tierkeeper/')",
        messageExpression =
            "'tenant ' + self + ' must not begin with tierkeeper/, which is reserved for working shard keys'",
        message = "tenant must not begin with tierkeeper/")
    @Nullable
    String tenant,

    @JsonPropertyDescription("The tenant if the payload field is an unsigned integer; immutable.")
    @Min(0)
    @Nullable
    Long tenantInteger,

    @JsonPropertyDescription(
        "Auto follows the policy; Fallback and Dedicated pin the tenant to that tier; such moves are planned, approved and verified as well.")
    @Default("Auto")
    @Nullable
    Tier tier,

    @JsonPropertyDescription(
        "Factor by which the tenant's points are multiplied if the policy's metric is Weighted.")
    @Default("'" + PolicyDefaults.WEIGHT + "'")
    @Pattern(Formats.DECIMAL)
    @Size(max = 13)
    @Nullable
    String weight,

    @JsonPropertyDescription("Overrides fields of the policy's promote for this tenant.") @Nullable
    PromoteThreshold promote,

    @JsonPropertyDescription("Overrides fields of the policy's demote for this tenant.") @Nullable
    DemoteThreshold demote,

    @JsonPropertyDescription(
        "Approvals by Git; each is valid only while a plan with exactly this hash is pending.")
    @Size(max = 10)
    @Nullable
    List<Approval> approvals,

    @JsonPropertyDescription(
        "What deletion of this resource does: Retain leaves the tenant in its tier; Demote moves it to the fallback first. Neither deletes a point.")
    @Default("Retain")
    @Nullable
    DeletionPolicy deletionPolicy) {

  /** The desired tier of a tenant. */
  public enum Tier {
    Auto,
    Fallback,
    Dedicated
  }

  /** An approval of exactly one plan. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Approval(
      @JsonPropertyDescription("Hash of the approved plan.")
      @Required
      @Pattern(Formats.HASH)
      @Size(max = 71)
      @Nullable
      String planHash,

      @JsonPropertyDescription("Name of the approver.")
      @Required
      @Size(min = 1, max = 100)
      @Nullable
      String by,

      @JsonPropertyDescription("A note, for example a change number.") @Size(max = 500) @Nullable
      String note) {}
}
