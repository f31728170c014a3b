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
        "What the operator may do: \"Off\" (does not measure; write it in quotes, since YAML reads a bare Off as false), Recommend (measures and advises), Approve (moves after each plan is approved), Auto (moves without approval, except in the directions in approval.required).")
    @Default(PolicyDefaults.MODE)
    @Nullable
    Mode mode,

    @JsonPropertyDescription("Which moves need an approval, and when a plan expires.") @Nullable
    Approval approval,

    @JsonPropertyDescription(
        "What is measured, and how many and how recent measurements a decision needs.")
    @Nullable
    Mass mass,

    @JsonPropertyDescription(
        "How the measured share is damped before it is compared with thresholds.")
    @Nullable
    DampingSpec damping,

    @JsonPropertyDescription(
        "The decision rule: Thresholds on the damped share, or CostBand on accumulated cost.")
    @Default(PolicyDefaults.DECISION)
    @Nullable
    DecisionKind decision,

    @JsonPropertyDescription("When a tenant in the fallback is promoted to a dedicated shard.")
    @Nullable
    PromoteThreshold promote,

    @JsonPropertyDescription("When a tenant in a dedicated shard is demoted to the fallback.")
    @Nullable
    DemoteThreshold demote,

    @JsonPropertyDescription("Costs of moves for decision CostBand; omitted means 8 and 4.")
    @Nullable
    CostBand costBand,

    @JsonPropertyDescription("How long a tenant is not moved after a move.") @Nullable
    Cooldown cooldown,

    @JsonPropertyDescription("How many moves one tenant may make in a period.") @Nullable
    FlapBudget flapBudget,

    @JsonPropertyDescription("Upper bounds on dedicated tenants and concurrent moves.") @Nullable
    Limits limits,

    @JsonPropertyDescription("When tenants are evaluated.") @Nullable
    Schedule schedule,

    @JsonPropertyDescription("Maintenance windows in which moves may start; none means always.")
    @Size(max = 20)
    @Nullable
    List<MaintenanceWindow> windows,

    @JsonPropertyDescription("What is compared before any point is deleted.") @Nullable
    Verify verify,

    @JsonPropertyDescription(
        "How long a promotion retains the points in the fallback, and how they are deleted.")
    @Nullable
    Retain retain,

    @JsonPropertyDescription("Replicas and placement of dedicated shards.") @Nullable
    Dedicated dedicated,

    @JsonPropertyDescription("How a tenant is demoted to the fallback.") @Nullable
    DemotionSpec demotion,

    @JsonPropertyDescription(
        "Which snapshots of a dedicated shard key the operator stores in its directory TIERKEEPER_SNAPSHOT_DIR; absent means none.")
    @Nullable
    Snapshots snapshots) {

  /** What the operator may do under a policy. */
  public enum Mode {
    Off,
    Recommend,
    Approve,
    Auto
  }

  /** What a tenant's mass is computed from. */
  public enum Metric {
    Points,
    Weighted
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

  /** Which moves need an approval, and when a plan expires. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Approval(
      @JsonPropertyDescription(
          "In mode Auto: the directions that need an approval. In mode Approve every move needs one.")
      @Default(PolicyDefaults.APPROVAL_REQUIRED)
      @Size(max = 2)
      @Nullable
      List<Direction> required,

      @JsonPropertyDescription(
          "Time after which a plan without approval ends as Expired, or is renewed if a new one would be the same.")
      @Default(PolicyDefaults.APPROVAL_EXPIRES_AFTER)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String expiresAfter) {}

  /** What is measured, and how many and how recent measurements a decision needs. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Mass(
      @JsonPropertyDescription(
          "Points counts points; Weighted multiplies them by TenantTier.spec.weight.")
      @Default(PolicyDefaults.METRIC)
      @Nullable
      Metric metric,

      @JsonPropertyDescription("Minimum number of measurements of a tenant before a decision.")
      @Default("" + PolicyDefaults.MIN_SAMPLES)
      @Min(1)
      @Max(1000)
      @Nullable
      Integer minSamples,

      @JsonPropertyDescription(
          "Maximum age of a measurement; while it is older, no move is advised.")
      @Default(PolicyDefaults.STALE_AFTER)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String staleAfter) {}

  /** The costs of a move, in quarters of an hour at twice the promotion size (decision CostBand). */
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
          "Whether the mean cost of the collection's finished moves in the same direction is added to each cost; absent means false.")
      @Nullable
      Boolean addMeasured) {}

  /** How long a tenant is not moved after a move. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Cooldown(
      @JsonPropertyDescription("Cooldown after a finished move.")
      @Default(PolicyDefaults.COOLDOWN_AFTER_MOVE)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String afterMove,

      @JsonPropertyDescription(
          "Cooldown after an aborted move, whose cause is likely still present.")
      @Default(PolicyDefaults.COOLDOWN_AFTER_ABORT)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String afterAbort) {}

  /** How many moves one tenant may make in a period. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FlapBudget(
      @JsonPropertyDescription("Maximum number of moves of one tenant in the period.")
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
      @JsonPropertyDescription("Maximum number of dedicated tenants in one collection.")
      @Default("" + PolicyDefaults.MAX_DEDICATED)
      @Min(0)
      @Max(100000)
      @Nullable
      Integer maxDedicated,

      @JsonPropertyDescription(
          "Maximum number of concurrent moves in one Qdrant cluster; within one collection it is always one.")
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

      @JsonPropertyDescription("IANA time zone of evaluate.")
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
          "Start of the window, five cron fields; a local time that daylight saving skips does not open a window.")
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

      @JsonPropertyDescription(
          "IANA time zone of schedule; omitted means " + PolicyDefaults.TIME_ZONE + ".")
      @Pattern(Formats.TIME_ZONE)
      @Size(max = 64)
      @Nullable
      String timeZone,

      @JsonPropertyDescription("Directions that may start in the window; omitted means both.")
      @Size(min = 1, max = 2)
      @Nullable
      List<Direction> directions) {}

  /** What is compared before any point is deleted. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Verify(
      @JsonPropertyDescription("Ids compares ids; Content compares ids, payloads and vectors.")
      @Default(PolicyDefaults.VERIFY_LEVEL)
      @Nullable
      VerifyLevel level,

      @JsonPropertyDescription("Number of searches that are compared on both copies.")
      @Default("" + PolicyDefaults.SEARCH_PROBES)
      @Min(0)
      @Max(1000)
      @Nullable
      Integer searchProbes,

      @JsonPropertyDescription("Minimum overlap of the results of these searches, 0 to 1.")
      @Default("'" + PolicyDefaults.MIN_TOP_K_OVERLAP + "'")
      @Pattern(Formats.RATIO)
      @Size(max = 8)
      @Nullable
      String minTopKOverlap) {}

  /** How long a promotion retains the points in the fallback, and how they are deleted. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Retain(
      @JsonPropertyDescription(
          "How long the points stay in the fallback after a promotion, so that it can be undone.")
      @Default(PolicyDefaults.SOURCE_FOR)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String sourceFor,

      @JsonPropertyDescription("Number of points deleted per request.")
      @Default("" + PolicyDefaults.DELETE_BATCH)
      @Min(1)
      @Max(10000)
      @Nullable
      Integer deleteBatch,

      @JsonPropertyDescription(
          "Whether the deletion of the retained points waits for a maintenance window.")
      @Default("" + PolicyDefaults.DELETE_ONLY_IN_WINDOWS)
      @Nullable
      Boolean deleteOnlyInWindows) {}

  /** Which snapshots of a dedicated shard key outlive a move. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Snapshots(
      @JsonPropertyDescription("Whether one is stored before a demotion copies anything.")
      @Default("" + PolicyDefaults.SNAPSHOT_BEFORE_DEMOTION)
      @Nullable
      Boolean beforeDemotion,

      @JsonPropertyDescription(
          "Whether one is stored before a promotion deletes the points from the fallback.")
      @Default("" + PolicyDefaults.SNAPSHOT_BEFORE_CLEANUP)
      @Nullable
      Boolean beforeCleanup,

      @JsonPropertyDescription("How long a snapshot is kept; then the operator deletes it.")
      @Default(PolicyDefaults.SNAPSHOT_KEEP_FOR)
      @Pattern(Formats.DURATION)
      @Size(min = 2, max = 20)
      @Nullable
      String keepFor) {}

  /** Replicas and placement of dedicated shards. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Dedicated(
      @JsonPropertyDescription(
          "Replicas of a dedicated shard; omitted means the number of the fallback's replicas.")
      @Min(1)
      @Max(64)
      @Nullable
      Integer replicationFactor,

      @JsonPropertyDescription(
          "WithFallback keeps the shard on the fallback's peer; LeastLoaded then moves it to the peer with the fewest points.")
      @Default(PolicyDefaults.PLACEMENT)
      @Nullable
      Placement placement) {}
}
