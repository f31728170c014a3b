package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A penalty of the policy's own: where each tenant's value is found, and what penalty it means in which tiers. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.ramp) != has(self.classes)",
    messageExpression =
        "'penalty term ' + self.name + ' must have exactly one of ramp and classes'",
    message = "a penalty term must have exactly one of ramp and classes")
public record PenaltyTermSpec(
    @JsonPropertyDescription("Name of the term, unique in the policy.")
    @Required
    @Pattern(Formats.LABEL)
    @Size(min = 1, max = 63)
    @Nullable
    String name,

    @JsonPropertyDescription("Where the value of each tenant is found.") @Required @Nullable
    Source from,

    @JsonPropertyDescription(
        "While which tier serves the tenant the penalty counts; Fallback makes a growing tenant leave the fallback sooner, Dedicated makes a shrinking one leave its shard sooner.")
    @Required
    @Size(min = 1, max = 2)
    @Nullable
    List<Tier> tiers,

    @JsonPropertyDescription("For values that are numbers.") @Nullable
    Ramp ramp,

    @JsonPropertyDescription("For values that are words.") @Size(min = 1, max = 16) @Nullable
    List<PenaltyClass> classes,

    @JsonPropertyDescription("Penalty of a tenant without a value, or with one that is unknown.")
    @Default("'" + PolicyDefaults.PENALTY_OTHERWISE + "'")
    @Pattern(Formats.DECIMAL)
    @Size(max = 13)
    @Nullable
    String otherwise) {

  /** What serves a tenant. */
  public enum Tier {
    Fallback,
    Dedicated
  }

  /** Where the value of each tenant is found. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.label) != has(self.configMap)",
      message = "from must have exactly one of label and configMap")
  public record Source(
      @JsonPropertyDescription("Key of a label of the tenant's TenantTier.")
      @Pattern(Formats.LABEL_KEY)
      @Size(min = 1, max = 317)
      @Nullable
      String label,

      @JsonPropertyDescription("A ConfigMap; it also serves tenants without a TenantTier.")
      @Nullable
      ConfigMapKey configMap) {}

  /** One entry of a ConfigMap. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ConfigMapKey(
      @JsonPropertyDescription("Name of the ConfigMap in the same namespace.")
      @Required
      @Size(min = 1, max = 253)
      @Pattern(Formats.NAME)
      @Nullable
      String name,

      @JsonPropertyDescription(
          "Key in its data; what is under it is a YAML mapping of tenants to values.")
      @Required
      @Size(min = 1, max = 253)
      @Pattern(Formats.DATA_KEY)
      @Nullable
      String key) {}

  /** A straight line from no penalty to all of it; beyond its ends it stays as it is there. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!self.zeroAt.matches('" + Rules.NUMBER + "') || !self.fullAt.matches('"
          + Rules.NUMBER + "') || double(self.zeroAt) != double(self.fullAt)",
      messageExpression =
          "'ramp.zeroAt ' + self.zeroAt + ' and ramp.fullAt ' + self.fullAt + ' must differ'",
      message = "ramp.zeroAt and ramp.fullAt must differ")
  public record Ramp(
      @JsonPropertyDescription("Value that means no penalty.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String zeroAt,

      @JsonPropertyDescription(
          "Value that means the whole penalty; below zeroAt where a low value shall weigh more.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String fullAt,

      @JsonPropertyDescription("The whole penalty.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String full) {}

  /** A word and its penalty. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PenaltyClass(
      @JsonPropertyDescription("The value, as it is written in the label or the ConfigMap.")
      @Required
      @Pattern(Formats.LABEL_VALUE)
      @Size(min = 1, max = 63)
      @Nullable
      String name,

      @JsonPropertyDescription("Penalty of the tenants that have it.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String penalty) {}
}
