package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The weights of the damping objective. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!self.coherenceWeight.matches('" + Rules.NUMBER
        + "') || !self.trackingWeight.matches('" + Rules.NUMBER
        + "') || double(self.coherenceWeight) + double(self.trackingWeight) > 0.0",
    messageExpression =
        "'coherenceWeight ' + self.coherenceWeight + ' and trackingWeight ' + self.trackingWeight"
            + " + ' must not both be 0'",
    message = "coherenceWeight and trackingWeight must not both be 0")
public record DampingSpec(
    @JsonPropertyDescription(
        "Coupled multiplies the tier penalty by alpha; Literal is the formula of the HUF note, whose minimiser ignores the tier.")
    @Default(PolicyDefaults.OBJECTIVE)
    @Nullable
    Objective objective,

    @JsonPropertyDescription("Weight of the relative variance over the window (lambda).")
    @Default("'" + PolicyDefaults.VARIANCE_WEIGHT + "'")
    @Pattern(Formats.DECIMAL)
    @Size(max = 13)
    @Nullable
    String varianceWeight,

    @JsonPropertyDescription("Weight of the tier penalty (beta).")
    @Default("'" + PolicyDefaults.PENALTY_WEIGHT + "'")
    @Pattern(Formats.DECIMAL)
    @Size(max = 13)
    @Nullable
    String penaltyWeight,

    @JsonPropertyDescription("Weight of the drift of the published composition (kappa_c).")
    @Default("'" + PolicyDefaults.COHERENCE_WEIGHT + "'")
    @Pattern(Formats.DECIMAL)
    @Size(max = 13)
    @Nullable
    String coherenceWeight,

    @JsonPropertyDescription("Weight of the lag behind the observed composition (kappa_s).")
    @Default("'" + PolicyDefaults.TRACKING_WEIGHT + "'")
    @Pattern(Formats.DECIMAL)
    @Size(max = 13)
    @Nullable
    String trackingWeight,

    @JsonPropertyDescription("Number of recent damped masses in the variance term.")
    @Default("" + PolicyDefaults.WINDOW)
    @Min(0)
    @Max(1000)
    @Nullable
    Integer window,

    @JsonPropertyDescription("Penalty of each tier state, P(s).") @Nullable
    Penalties penalties,

    @JsonPropertyDescription(
        "Penalties that are added to P(s) by a value of each tenant, such as a latency budget or a privacy class.")
    @Size(max = 8)
    @Nullable
    List<PenaltyTermSpec> penaltyTerms) {

  /** The objective that the damping minimises. */
  public enum Objective {
    Coupled,
    Literal
  }

  /** The penalty of each tier state. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Penalties(
      @JsonPropertyDescription("Penalty while in the fallback.")
      @Default("'" + PolicyDefaults.PENALTY_FALLBACK + "'")
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String fallback,

      @JsonPropertyDescription("Penalty while in a dedicated shard.")
      @Default("'" + PolicyDefaults.PENALTY_DEDICATED + "'")
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String dedicated,

      @JsonPropertyDescription("Penalty while being promoted.")
      @Default("'" + PolicyDefaults.PENALTY_PROMOTING + "'")
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String promoting,

      @JsonPropertyDescription("Penalty while being demoted.")
      @Default("'" + PolicyDefaults.PENALTY_DEMOTING + "'")
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String demoting) {}
}
