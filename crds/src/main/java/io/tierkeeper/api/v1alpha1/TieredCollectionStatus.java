package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The observed state of a collection. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TieredCollectionStatus(
    @JsonPropertyDescription("Generation of the spec that this status describes.") @Nullable
    Long observedGeneration,

    @JsonPropertyDescription(
        "Conditions: Ready, Reconciling, Stalled, QdrantReachable, PolicyResolved, MeasurementsFresh, LayoutValid, Provisioned, PointsAssigned, Paused, ForeignMover, AuditHealthy.")
    @Nullable
    List<Condition> conditions,

    @JsonPropertyDescription("Mode of the policy.") @Nullable
    String mode,

    @JsonPropertyDescription("Number of tenants in the collection.") @Nullable
    Long tenants,

    @JsonPropertyDescription("Number of tenants with a dedicated shard.") @Nullable
    Long dedicated,

    @JsonPropertyDescription("State of the fallback shard.") @Nullable
    Fallback fallback,

    @JsonPropertyDescription("Aggregates over all tenants.") @Nullable
    Summary summary,

    @JsonPropertyDescription("The biggest tenants, in descending order.") @Size(max = 500) @Nullable
    List<TopTenant> topTenants,

    @JsonPropertyDescription(
        "Measured cost of finished moves (decision CostBand with addMeasured); kept after the TierMoves are deleted.")
    @Nullable
    MoveCosts moveCosts,

    @JsonPropertyDescription("Names of the TierMoves in progress.") @Nullable
    List<String> activeMoves,

    @JsonPropertyDescription("What blocks all moves of this collection, if anything.") @Nullable
    WaitingFor waitingFor,

    @JsonPropertyDescription("Head of the audit trail.") @Nullable
    Audit audit,

    @JsonPropertyDescription(
        "Settings of the collection that differ from spec.provision; at most 100.")
    @Size(max = 100)
    @Nullable
    List<Drift> drift,

    @JsonPropertyDescription(
        "Value of the last tierkeeper.io/requestedAt annotation that was handled.")
    @Nullable
    String lastHandledRequest) {

  /** An empty status. */
  public static TieredCollectionStatus empty() {
    return new Builder().build();
  }

  /** A builder that starts from this status. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.observedGeneration = observedGeneration;
    builder.conditions = conditions;
    builder.mode = mode;
    builder.tenants = tenants;
    builder.dedicated = dedicated;
    builder.fallback = fallback;
    builder.summary = summary;
    builder.topTenants = topTenants;
    builder.moveCosts = moveCosts;
    builder.activeMoves = activeMoves;
    builder.waitingFor = waitingFor;
    builder.audit = audit;
    builder.drift = drift;
    builder.lastHandledRequest = lastHandledRequest;
    return builder;
  }

  /** State of the fallback shard. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Fallback(
      @JsonPropertyDescription("Number of points in the fallback.") @Nullable
      Long points,

      @JsonPropertyDescription("Peer of the measured replica.") @Nullable
      String peer,

      @JsonPropertyDescription("Number of Active replicas.") @Nullable
      Integer replicas) {}

  /** Aggregates over all tenants. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Summary(
      @JsonPropertyDescription(
          "One minus the total variation distance between the last two compositions.")
      @Nullable
      String coherence,

      @JsonPropertyDescription(
          "Effective number of tenants: exp of the entropy of the damped masses.")
      @Nullable
      String effectiveTenants,

      @JsonPropertyDescription("Smallest number of tenants that together hold 90 percent.")
      @Nullable
      Integer tenantsToCover90,

      @JsonPropertyDescription("Share of vanished tenants that was discarded.") @Nullable
      String discardedBudget,

      @JsonPropertyDescription("Points of all tenants.") @Nullable
      Long points,

      @JsonPropertyDescription("Damped masses of the tenants in the fallback together.") @Nullable
      String warmMass,

      @JsonPropertyDescription("Damped masses of the tenants in dedicated shard keys together.")
      @Nullable
      String hotMass,

      @JsonPropertyDescription(
          "Product of the coherence of the measurements of the last hour, by intervals of five minutes.")
      @Nullable
      String coherence1h,

      @JsonPropertyDescription(
          "Product of the coherence of the measurements of the last 24 hours, by intervals of five minutes.")
      @Nullable
      String coherence24h) {}

  /** One of the biggest tenants. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TopTenant(
      @JsonPropertyDescription("The tenant as it is in the payload.") @Nullable
      String tenant,

      @JsonPropertyDescription("Present tier: Fallback, Promoting, Dedicated, Demoting or Unknown.")
      @Nullable
      String tier,

      @JsonPropertyDescription("Points of the tenant.") @Nullable
      Long points,

      @JsonPropertyDescription("Measured share, before damping.") @Nullable
      String observedMass,

      @JsonPropertyDescription("Damped share, which is compared with the thresholds.") @Nullable
      String dampedMass,

      @JsonPropertyDescription("Part of the last damped share that the damping keeps, 0 to 1.")
      @Nullable
      String alphaStar,

      @JsonPropertyDescription("Advised action: Promote, Demote or Hold.") @Nullable
      String advice) {}

  /** Measured cost of finished moves. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record MoveCosts(
      @JsonPropertyDescription("Cost of promotions.") @Nullable
      MeasuredCost promotion,

      @JsonPropertyDescription("Cost of demotions.") @Nullable
      MeasuredCost demotion) {}

  /** The costs of moves in one direction, in the unit of costBand: a quarter of an hour at twice the promotion size. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record MeasuredCost(
      @JsonPropertyDescription("Number of measured moves.") @Nullable
      Integer moves,

      @JsonPropertyDescription("Mean of the costs.") @Nullable
      String mean,

      @JsonPropertyDescription("Standard deviation of the costs; 0 for one move.") @Nullable
      String deviation) {}

  /** What blocks all moves. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record WaitingFor(
      @JsonPropertyDescription("Kind of the cause, for example ForeignTransfer.") @Nullable
      String kind,

      @JsonPropertyDescription("Description of the cause.") @Nullable
      String detail) {}

  /** A setting that differs from spec.provision. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Drift(
      @JsonPropertyDescription("The field of spec.provision.") @Nullable
      String field,

      @JsonPropertyDescription("Its value in spec.provision or in the profile.") @Nullable
      String wanted,

      @JsonPropertyDescription("Its value in Qdrant.") @Nullable
      String found,

      @JsonPropertyDescription("What a change needs and costs.") @Nullable
      String change) {}

  /** Head of the audit trail. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Audit(
      @JsonPropertyDescription("Sequence number of the last line.") @Nullable
      Long sequence,

      @JsonPropertyDescription("Hash of the last line.") @Nullable
      String headHash,

      @JsonPropertyDescription("The last checkpoint.") @Nullable
      Checkpoint checkpoint,

      @JsonPropertyDescription("The term of the leader that writes the trail.") @Nullable
      Long term) {}

  /** A statement of the length and the head of the trail, signed if a key is configured. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Checkpoint(
      @JsonPropertyDescription("Number of lines that the checkpoint covers.") @Nullable
      Long size,

      @JsonPropertyDescription("Hash of the last covered line.") @Nullable
      String headHash,

      @JsonPropertyDescription("Ed25519 signature over source, size, head and time, in Base64.")
      @Nullable
      String signature,

      @JsonPropertyDescription("Id of the signing key: SHA-256 of the public key.") @Nullable
      String keyId,

      @JsonPropertyDescription("Time of the checkpoint.") @Pattern(Formats.TIME) @Nullable
      String time) {}

  /** Sets one component at a time; a component that is not set is absent. */
  public static final class Builder {
    private @Nullable Long observedGeneration;
    private @Nullable List<Condition> conditions;
    private @Nullable String mode;
    private @Nullable Long tenants;
    private @Nullable Long dedicated;
    private @Nullable Fallback fallback;
    private @Nullable Summary summary;
    private @Nullable List<TopTenant> topTenants;
    private @Nullable MoveCosts moveCosts;
    private @Nullable List<String> activeMoves;
    private @Nullable WaitingFor waitingFor;
    private @Nullable Audit audit;
    private @Nullable List<Drift> drift;
    private @Nullable String lastHandledRequest;

    public Builder observedGeneration(@Nullable Long value) {
      this.observedGeneration = value;
      return this;
    }

    public Builder conditions(@Nullable List<Condition> value) {
      this.conditions = value;
      return this;
    }

    public Builder mode(@Nullable String value) {
      this.mode = value;
      return this;
    }

    public Builder tenants(@Nullable Long value) {
      this.tenants = value;
      return this;
    }

    public Builder dedicated(@Nullable Long value) {
      this.dedicated = value;
      return this;
    }

    public Builder fallback(@Nullable Fallback value) {
      this.fallback = value;
      return this;
    }

    public Builder summary(@Nullable Summary value) {
      this.summary = value;
      return this;
    }

    public Builder topTenants(@Nullable List<TopTenant> value) {
      this.topTenants = value;
      return this;
    }

    public Builder moveCosts(@Nullable MoveCosts value) {
      this.moveCosts = value;
      return this;
    }

    public Builder activeMoves(@Nullable List<String> value) {
      this.activeMoves = value;
      return this;
    }

    public Builder waitingFor(@Nullable WaitingFor value) {
      this.waitingFor = value;
      return this;
    }

    public Builder audit(@Nullable Audit value) {
      this.audit = value;
      return this;
    }

    public Builder drift(@Nullable List<Drift> value) {
      this.drift = value;
      return this;
    }

    public Builder lastHandledRequest(@Nullable String value) {
      this.lastHandledRequest = value;
      return this;
    }

    public TieredCollectionStatus build() {
      return new TieredCollectionStatus(
          observedGeneration,
          conditions,
          mode,
          tenants,
          dedicated,
          fallback,
          summary,
          topTenants,
          moveCosts,
          activeMoves,
          waitingFor,
          audit,
          drift,
          lastHandledRequest);
    }
  }
}
