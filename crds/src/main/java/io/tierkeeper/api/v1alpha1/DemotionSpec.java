package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How a tenant is demoted to the fallback. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "self.strategy != 'Fence' || has(self.fence)",
    message = "demotion.strategy Fence needs demotion.fence with by: Webhook, Token or Manual",
    fieldPath = ".fence")
public record DemotionSpec(
    @JsonPropertyDescription(
        "Freeze needs no cooperation of clients; Fence pauses the tenant's writers; Never only reports.")
    @Default(PolicyDefaults.DEMOTION_STRATEGY)
    @Nullable
    Strategy strategy,

    @JsonPropertyDescription(
        "Freeze: for how long copy scans must find no change before the switch.")
    @Default(PolicyDefaults.QUIET_FOR)
    @Pattern(Formats.DURATION)
    @Size(min = 2, max = 20)
    @Nullable
    String quietFor,

    @JsonPropertyDescription("Freeze: maximum time to wait until the tenant is quiet.")
    @Default(PolicyDefaults.MAX_WAIT)
    @Pattern(Formats.DURATION)
    @Size(min = 2, max = 20)
    @Nullable
    String maxWait,

    @JsonPropertyDescription(
        "Freeze: what to do after maxWait; GiveUp aborts the move, Proceed accepts the residual risks in the documentation.")
    @Default(PolicyDefaults.WHEN_BUSY)
    @Nullable
    WhenBusy whenBusy,

    @JsonPropertyDescription("How the tenant's writers are paused; required for strategy Fence.")
    @Nullable
    Fence fence,

    @JsonPropertyDescription("Deprecated: the same as snapshots.beforeDemotion.")
    @Default("" + PolicyDefaults.SNAPSHOT_FIRST)
    @Nullable
    Boolean snapshotFirst) {

  /** The protocol of a demotion. */
  public enum Strategy {
    Freeze,
    Fence,
    Never
  }

  /** What a demotion by freeze does if the tenant is not quiet within maxWait. */
  public enum WhenBusy {
    GiveUp,
    Proceed
  }

  /** How the tenant's writers are paused for a fence. */
  public enum FenceBy {
    Webhook,
    Token,
    Manual
  }

  /** How the tenant's writers are paused. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "(self.by == 'Webhook') == has(self.url)",
      messageExpression =
          "'fence.url must be set exactly when fence.by is Webhook; by is ' + self.by",
      message = "fence.url must be set exactly when fence.by is Webhook",
      fieldPath = ".url")
  @ValidationRule(
      value = "(self.by == 'Token') == has(self.token)",
      messageExpression =
          "'fence.token must be set exactly when fence.by is Token; by is ' + self.by",
      message = "fence.token must be set exactly when fence.by is Token",
      fieldPath = ".token")
  public record Fence(
      @JsonPropertyDescription(
          "Webhook calls url with phase Fence and Lift; Token hides the payload of a marker point and restores it; Manual waits for TierMove.spec.fenced.")
      @Required
      @Nullable
      FenceBy by,

      @JsonPropertyDescription(
          "URL of the webhook; the collection's Secret must list its origin in allowedWebhooks.")
      @Size(max = 2048)
      @ValidationRule(
          value =
              "isURL(self) && url(self).getScheme() in ['http', 'https'] && !self.contains('@')",
          messageExpression =
              "'fence.url ' + self + ' must be an http or https address without credentials'",
          message = "fence.url must be an http or https address without credentials")
      @Nullable
      String url,

      @JsonPropertyDescription(
          "The marker point that the tenant's JWT requires by value_exists; the collection's Secret must list it in allowedFencePoints.")
      @Nullable
      FenceToken token,

      @JsonPropertyDescription("Maximum time to wait until the fence is raised.")
      @Default(PolicyDefaults.FENCE_TIMEOUT)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String timeout) {}

  /** A point whose absence makes the tenant's token invalid. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FenceToken(
      @JsonPropertyDescription("Collection of the marker point.")
      @Required
      @Size(min = 1, max = 255)
      @Nullable
      String collection,

      @JsonPropertyDescription("Id of the marker point, a UUID or an unsigned integer.")
      @Required
      @Size(min = 1, max = 36)
      @Nullable
      String pointId) {}
}
