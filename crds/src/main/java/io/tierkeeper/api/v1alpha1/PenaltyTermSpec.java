package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A penalty term: the source of each tenant's value, its penalty, and the tiers in which it applies. */
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

    @JsonPropertyDescription("Source of each tenant's value.") @Required @Nullable
    Source from,

    @JsonPropertyDescription(
        "Tiers in which the penalty applies; Fallback promotes a growing tenant sooner, Dedicated demotes a shrinking tenant sooner.")
    @Required
    @Size(min = 1, max = 2)
    @Nullable
    List<Tier> tiers,

    @JsonPropertyDescription("Penalty for values that are numbers.") @Nullable
    Ramp ramp,

    @JsonPropertyDescription("Penalties for values that are words.")
    @Size(min = 1, max = 16)
    @Nullable
    List<PenaltyClass> classes,

    @JsonPropertyDescription(
        "Penalty of a tenant without a value, or with an unknown value; omitted means "
            + PolicyDefaults.PENALTY_OTHERWISE + ".")
    @Pattern(Formats.DECIMAL)
    @Size(max = 13)
    @Nullable
    String otherwise) {

  /** The tier that serves a tenant. */
  public enum Tier {
    Fallback,
    Dedicated
  }

  /** Source of each tenant's value. */
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

      @JsonPropertyDescription(
          "Entry of a ConfigMap; it also applies to tenants without a TenantTier.")
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

      @JsonPropertyDescription("Key in its data; the value is a YAML mapping of tenants to values.")
      @Required
      @Size(min = 1, max = 253)
      @Pattern(Formats.DATA_KEY)
      @Nullable
      String key) {}

  /** A linear penalty between two values; constant beyond them. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!self.zeroAt.matches('" + Rules.NUMBER + "') || !self.fullAt.matches('"
          + Rules.NUMBER + "') || double(self.zeroAt) != double(self.fullAt)",
      messageExpression =
          "'ramp.zeroAt ' + self.zeroAt + ' and ramp.fullAt ' + self.fullAt + ' must differ'",
      message = "ramp.zeroAt and ramp.fullAt must differ")
  public record Ramp(
      @JsonPropertyDescription("Value at which the penalty is 0.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String zeroAt,

      @JsonPropertyDescription(
          "Value at which the penalty is full; lower than zeroAt if low values have the higher penalty.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String fullAt,

      @JsonPropertyDescription("The full penalty.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String full) {}

  /** A word and its penalty. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PenaltyClass(
      @JsonPropertyDescription("The value, as written in the label or the ConfigMap.")
      @Required
      @Pattern(Formats.LABEL_VALUE)
      @Size(min = 1, max = 63)
      @Nullable
      String name,

      @JsonPropertyDescription("Penalty of the tenants with this value.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String penalty) {}
}
