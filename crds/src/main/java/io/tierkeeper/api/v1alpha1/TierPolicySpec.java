package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of a policy; an omitted field means {@link PolicyDefaults}. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!self.promote.aboveShare.matches('" + Rules.NUMBER
        + "') || !self.demote.belowShare.matches('" + Rules.NUMBER
        + "') || double(self.demote.belowShare) < double(self.promote.aboveShare)",
    messageExpression =
        "'demote.belowShare ' + self.demote.belowShare + ' must be lower than promote.aboveShare '"
            + " + self.promote.aboveShare",
    message = "demote.belowShare must be lower than promote.aboveShare",
    fieldPath = ".demote.belowShare")
@ValidationRule(
    value = "!has(self.promote.minPoints) || !has(self.demote.maxPoints)"
        + " || self.demote.maxPoints < self.promote.minPoints",
    messageExpression = "'demote.maxPoints %d must be lower than promote.minPoints %d'"
        + ".format([self.demote.maxPoints, self.promote.minPoints])",
    message = "demote.maxPoints must be lower than promote.minPoints",
    fieldPath = ".demote.maxPoints")
@ValidationRule(
    value = "!has(self.costBand) || self.decision == 'CostBand'",
    messageExpression =
        "'costBand is given, but decision is ' + self.decision + '; set decision to CostBand or remove costBand'",
    message = "costBand needs decision CostBand",
    fieldPath = ".costBand")
public record TierPolicySpec(
    @JsonPropertyDescription(
        "What may happen: \"Off\" (nothing is measured; in quotes, since YAML reads a bare Off as false), Recommend (advice only), Approve (a person approves each plan), Auto.")
    @Default(PolicyDefaults.MODE)
    @Nullable
    Mode mode,

    @JsonPropertyDescription("Which moves need a person, and how long a plan waits for one.")
    @Nullable
    Approval approval,

    @JsonPropertyDescription(
        "What is measured, and when a measurement is too thin or too old to act on.")
    @Nullable
    Mass mass,

    @JsonPropertyDescription("How a measured share is damped before it is compared.") @Nullable
    Damping damping,

    @JsonPropertyDescription(
        "The rule that decides: Thresholds on the damped share, or CostBand on accumulated cost.")
    @Default(PolicyDefaults.DECISION)
    @Nullable
    DecisionKind decision,

    @JsonPropertyDescription("When a tenant in the fallback deserves a dedicated shard.") @Nullable
    PromoteThreshold promote,

    @JsonPropertyDescription("When a tenant in a dedicated shard goes back to the fallback.")
    @Nullable
    DemoteThreshold demote,

    @JsonPropertyDescription("Costs of moves for decision CostBand; omitted means 8 and 4.")
    @Nullable
    CostBand costBand,

    @JsonPropertyDescription("How long a tenant rests after a move.") @Nullable
    Cooldown cooldown,

    @JsonPropertyDescription("How many moves one tenant may make in a period.") @Nullable
    FlapBudget flapBudget,

    @JsonPropertyDescription("Upper bounds on dedicated tenants and concurrent moves.") @Nullable
    Limits limits,

    @JsonPropertyDescription("When tenants are evaluated.") @Nullable
    Schedule schedule,

    @JsonPropertyDescription("When moves may start; none means always.") @Size(max = 20) @Nullable
    List<MaintenanceWindow> windows,

    @JsonPropertyDescription("What is compared before anything is deleted.") @Nullable
    Verify verify,

    @JsonPropertyDescription("How long the old copy stays, and how it is deleted.") @Nullable
    Retain retain,

    @JsonPropertyDescription("How a dedicated shard is laid out.") @Nullable
    Dedicated dedicated,

    @JsonPropertyDescription("How a tenant goes back to the fallback.") @Nullable
    Demotion demotion) {

  /** What may happen under a policy. */
  public enum Mode {
    Off,
    Recommend,
    Approve,
    Auto
  }

  /** What a tenant's mass is made of. */
  public enum Metric {
    Points,
    Weighted
  }

  /** The objective that the damping minimises. */
  public enum Objective {
    Coupled,
    Literal
  }

  /** The rule that turns masses into advice. */
  public enum DecisionKind {
    Thresholds,
    CostBand
  }

  /** How deeply two copies are compared. */
  public enum VerifyLevel {
    Ids,
    Content
  }

  /** Where a dedicated shard is put. */
  public enum Placement {
    WithFallback,
    LeastLoaded
  }

  /** The protocol of a demotion. */
  public enum Strategy {
    Freeze,
    Fence,
    Never
  }

  /** What a Freeze does when the tenant never falls quiet. */
  public enum WhenBusy {
    GiveUp,
    Proceed
  }

  /** Who pauses the tenant's writers for a Fence. */
  public enum FenceBy {
    Webhook,
    Token,
    Manual
  }

  /** Which moves need a person, and for how long a plan waits. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Approval(
      @JsonPropertyDescription(
          "In mode Auto: the directions that still need a person. In mode Approve every move needs one.")
      @Default(PolicyDefaults.APPROVAL_REQUIRED)
      @Size(max = 2)
      @Nullable
      List<Direction> required,

      @JsonPropertyDescription("A plan that nobody approved ends as Expired after this long.")
      @Default(PolicyDefaults.APPROVAL_EXPIRES_AFTER)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String expiresAfter) {}

  /** What is measured, and what is too thin or too old to act on. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Mass(
      @JsonPropertyDescription(
          "Points counts points; Weighted multiplies them with TenantTier.spec.weight.")
      @Default(PolicyDefaults.METRIC)
      @Nullable
      Metric metric,

      @JsonPropertyDescription(
          "Measurements of a tenant that must exist before anything is decided about it.")
      @Default("" + PolicyDefaults.MIN_SAMPLES)
      @Min(1)
      @Max(1000)
      @Nullable
      Integer minSamples,

      @JsonPropertyDescription("A measurement older than this holds every decision.")
      @Default(PolicyDefaults.STALE_AFTER)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String staleAfter) {}

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
  public record Damping(
      @JsonPropertyDescription(
          "Coupled ties the tier penalty to inheritance; Literal is the source note's formula, whose minimiser ignores the tier.")
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

      @JsonPropertyDescription("Weight of drift passed on to the published composition (kappa_c).")
      @Default("'" + PolicyDefaults.COHERENCE_WEIGHT + "'")
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String coherenceWeight,

      @JsonPropertyDescription("Weight of staleness towards what is observed (kappa_s).")
      @Default("'" + PolicyDefaults.TRACKING_WEIGHT + "'")
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String trackingWeight,

      @JsonPropertyDescription("Number of recent damped masses that the variance looks at.")
      @Default("" + PolicyDefaults.WINDOW)
      @Min(0)
      @Max(1000)
      @Nullable
      Integer window,

      @JsonPropertyDescription("Penalty of each tier state, P(s).") @Nullable
      Penalties penalties,

      @JsonPropertyDescription(
          "What is added to P(s) by a value that each tenant has, such as a latency budget or a privacy class.")
      @Size(max = 8)
      @Nullable
      List<PenaltyTermSpec> penaltyTerms) {}

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

  /** The costs of a move in the unit of the judge (decision CostBand). */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!self.promotionCost.matches('" + Rules.NUMBER + "') || !self.demotionCost.matches('"
          + Rules.NUMBER + "') || double(self.promotionCost) + double(self.demotionCost) > 0.0",
      messageExpression =
          "'promotionCost ' + self.promotionCost + ' and demotionCost ' + self.demotionCost"
              + " + ' must not both be 0'",
      message = "promotionCost and demotionCost must not both be 0")
  public record CostBand(
      @JsonPropertyDescription("Cost of one promotion.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String promotionCost,

      @JsonPropertyDescription("Cost of one demotion.")
      @Required
      @Pattern(Formats.DECIMAL)
      @Size(max = 13)
      @Nullable
      String demotionCost,

      @JsonPropertyDescription(
          "Adds to both what the collection's finished moves in that direction have cost on average; absent means no.")
      @Nullable
      Boolean addMeasured) {}

  /** How long a tenant rests. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Cooldown(
      @JsonPropertyDescription("Rest after a finished move.")
      @Default(PolicyDefaults.COOLDOWN_AFTER_MOVE)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String afterMove,

      @JsonPropertyDescription("Rest after a stopped move, whose cause is likely still there.")
      @Default(PolicyDefaults.COOLDOWN_AFTER_ABORT)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String afterAbort) {}

  /** How many moves one tenant may make in a period. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FlapBudget(
      @JsonPropertyDescription("Moves of one tenant in the period; more are held.")
      @Default("" + PolicyDefaults.FLAP_MAX_MOVES)
      @Min(1)
      @Max(1000)
      @Nullable
      Integer maxMoves,

      @JsonPropertyDescription("Length of the sliding period.")
      @Default(PolicyDefaults.FLAP_PERIOD)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String period) {}

  /** Upper bounds over all tenants. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Limits(
      @JsonPropertyDescription("Dedicated tenants in one collection.")
      @Default("" + PolicyDefaults.MAX_DEDICATED)
      @Min(0)
      @Max(100000)
      @Nullable
      Integer maxDedicated,

      @JsonPropertyDescription(
          "Moves at one time in one Qdrant cluster; within one collection there is always one at a time.")
      @Default("" + PolicyDefaults.MAX_CONCURRENT_MOVES)
      @Min(1)
      @Max(100)
      @Nullable
      Integer maxConcurrentMoves) {}

  /** When tenants are evaluated. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Schedule(
      @JsonPropertyDescription("Five cron fields: minute, hour, day of month, month, day of week.")
      @Default("'" + PolicyDefaults.EVALUATE + "'")
      @Pattern(Formats.CRON)
      @Size(max = 100)
      @Nullable
      String evaluate,

      @JsonPropertyDescription("IANA time zone in which evaluate is read.")
      @Default(PolicyDefaults.TIME_ZONE)
      @Pattern(Formats.TIME_ZONE)
      @Size(max = 64)
      @Nullable
      String timeZone) {}

  /** A recurring time in which moves may start. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record MaintenanceWindow(
      @JsonPropertyDescription(
          "Start of the window, five cron fields; a local time that daylight saving skips does not open it.")
      @Required
      @Pattern(Formats.CRON)
      @Size(max = 100)
      @Nullable
      String schedule,

      @JsonPropertyDescription("Length of the window, at least 1m and at most 168h.")
      @Required
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @ValidationRule(
          value = "!self.matches('" + Rules.DURATION + "') || self.size() < 2"
              + " || (duration(self) >= duration('1m') && duration(self) <= duration('168h'))",
          messageExpression = "'window duration ' + self + ' must be at least 1m and at most 168h'",
          message = "window duration must be at least 1m and at most 168h")
      @Nullable
      String duration,

      @JsonPropertyDescription("IANA time zone in which schedule is read.")
      @Default(PolicyDefaults.TIME_ZONE)
      @Pattern(Formats.TIME_ZONE)
      @Size(max = 64)
      @Nullable
      String timeZone,

      @JsonPropertyDescription("Directions that the window opens; omitted means both.")
      @Size(min = 1, max = 2)
      @Nullable
      List<Direction> directions) {}

  /** What is compared before anything is deleted. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Verify(
      @JsonPropertyDescription("Ids compares ids; Content compares ids, payloads and vectors.")
      @Default(PolicyDefaults.VERIFY_LEVEL)
      @Nullable
      VerifyLevel level,

      @JsonPropertyDescription("Searches that must answer alike on both copies.")
      @Default("" + PolicyDefaults.SEARCH_PROBES)
      @Min(0)
      @Max(1000)
      @Nullable
      Integer searchProbes,

      @JsonPropertyDescription("Least overlap of the probes' results, 0 to 1.")
      @Default("'" + PolicyDefaults.MIN_TOP_K_OVERLAP + "'")
      @Pattern(Formats.RATIO)
      @Size(max = 8)
      @Nullable
      String minTopKOverlap) {}

  /** How long the old copy stays, and how it is deleted. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Retain(
      @JsonPropertyDescription(
          "How long the copy in the fallback stays after a promotion, so that it can be undone quickly.")
      @Default(PolicyDefaults.SOURCE_FOR)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String sourceFor,

      @JsonPropertyDescription("Points deleted in one request.")
      @Default("" + PolicyDefaults.DELETE_BATCH)
      @Min(1)
      @Max(10000)
      @Nullable
      Integer deleteBatch,

      @JsonPropertyDescription(
          "Whether the deletion of the old copy also waits for a maintenance window.")
      @Default("" + PolicyDefaults.DELETE_ONLY_IN_WINDOWS)
      @Nullable
      Boolean deleteOnlyInWindows) {}

  /** How a dedicated shard is laid out. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Dedicated(
      @JsonPropertyDescription(
          "Replicas of a dedicated shard; omitted means as many as the fallback has.")
      @Min(1)
      @Max(64)
      @Nullable
      Integer replicationFactor,

      @JsonPropertyDescription(
          "WithFallback stays beside the fallback; LeastLoaded moves the shard to the emptiest peer afterwards.")
      @Default(PolicyDefaults.PLACEMENT)
      @Nullable
      Placement placement) {}

  /** How a tenant goes back to the fallback. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.strategy != 'Fence' || has(self.fence)",
      message = "demotion.strategy Fence needs demotion.fence with by: Webhook, Token or Manual",
      fieldPath = ".fence")
  public record Demotion(
      @JsonPropertyDescription(
          "Freeze needs no help from clients; Fence pauses the tenant's writers; Never only reports.")
      @Default(PolicyDefaults.DEMOTION_STRATEGY)
      @Nullable
      Strategy strategy,

      @JsonPropertyDescription(
          "Freeze: for how long passes must have found no difference before the switch.")
      @Default(PolicyDefaults.QUIET_FOR)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String quietFor,

      @JsonPropertyDescription("Freeze: how long to wait at most for the tenant to fall quiet.")
      @Default(PolicyDefaults.MAX_WAIT)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String maxWait,

      @JsonPropertyDescription(
          "Freeze: what to do after maxWait; Proceed accepts the residual that the documentation names.")
      @Default(PolicyDefaults.WHEN_BUSY)
      @Nullable
      WhenBusy whenBusy,

      @JsonPropertyDescription("Who pauses the tenant's writers; needed for strategy Fence.")
      @Nullable
      Fence fence,

      @JsonPropertyDescription("Whether a shard snapshot is taken before anything changes.")
      @Default("" + PolicyDefaults.SNAPSHOT_FIRST)
      @Nullable
      Boolean snapshotFirst) {}

  /** Who pauses the tenant's writers, and how. */
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
          "Webhook calls url with phase Fence and Lift; Token takes away and gives back a marker point; Manual waits for TierMove.spec.fenced.")
      @Required
      @Nullable
      FenceBy by,

      @JsonPropertyDescription("Address of the webhook.")
      @Size(max = 2048)
      @ValidationRule(
          value =
              "isURL(self) && url(self).getScheme() in ['http', 'https'] && !self.contains('@')",
          messageExpression =
              "'fence.url ' + self + ' must be an http or https address without credentials'",
          message = "fence.url must be an http or https address without credentials")
      @Nullable
      String url,

      @JsonPropertyDescription("The marker point that the tenant's JWT requires by value_exists.")
      @Nullable
      FenceToken token,

      @JsonPropertyDescription("How long to wait for the fence to stand.")
      @Default(PolicyDefaults.FENCE_TIMEOUT)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String timeout) {}

  /** A point whose absence makes the tenant's token invalid. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FenceToken(
      @JsonPropertyDescription("Collection that holds the marker point.")
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
