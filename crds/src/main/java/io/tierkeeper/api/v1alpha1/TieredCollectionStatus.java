package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of a collection; {@code with…} gives a copy with one component replaced. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TieredCollectionStatus(
    @JsonPropertyDescription("Generation of the spec that this status is about.") @Nullable
    Long observedGeneration,

    @JsonPropertyDescription(
        "Ready, Reconciling, Stalled, QdrantReachable, PolicyResolved, MeasurementsFresh, LayoutValid, Paused, ForeignMover, AuditHealthy.")
    @Nullable
    List<Condition> conditions,

    @JsonPropertyDescription("Mode of the policy that is in force.") @Nullable
    String mode,

    @JsonPropertyDescription("Tenants found in the collection.") @Nullable
    Long tenants,

    @JsonPropertyDescription("Tenants with a dedicated shard.") @Nullable
    Long dedicated,

    @JsonPropertyDescription("The shared shard.") @Nullable Fallback fallback,

    @JsonPropertyDescription("Numbers over all tenants.") @Nullable
    Summary summary,

    @JsonPropertyDescription("The biggest tenants, biggest first.") @Size(max = 500) @Nullable
    List<TopTenant> topTenants,

    @JsonPropertyDescription(
        "What finished moves have cost (decision CostBand with addMeasured); kept while no finished move is.")
    @Nullable
    MoveCosts moveCosts,

    @JsonPropertyDescription("Names of the TierMoves that are under way.") @Nullable
    List<String> activeMoves,

    @JsonPropertyDescription("What holds every move of this collection, if anything.") @Nullable
    WaitingFor waitingFor,

    @JsonPropertyDescription("Head of the audit trail.") @Nullable
    Audit audit,

    @JsonPropertyDescription("Token of the last tierkeeper.io/requestedAt that was answered.")
    @Nullable
    String lastHandledRequest) {

  /** A status that says nothing yet. */
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
    builder.lastHandledRequest = lastHandledRequest;
    return builder;
  }

  /** The shared shard. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Fallback(
      @JsonPropertyDescription("Points in the fallback.") @Nullable
      Long points,

      @JsonPropertyDescription("Peer that holds the replica which is measured.") @Nullable
      String peer,

      @JsonPropertyDescription("Active replicas.") @Nullable Integer replicas) {}

  /** Numbers over all tenants. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Summary(
      @JsonPropertyDescription("One minus the total-variation distance of the last evaluation.")
      @Nullable
      String coherence,

      @JsonPropertyDescription("exp of the entropy of the damped masses.") @Nullable
      String effectiveTenants,

      @JsonPropertyDescription("Smallest number of tenants that together hold 90 percent.")
      @Nullable
      Integer tenantsToCover90,

      @JsonPropertyDescription("Mass that was set aside.") @Nullable
      String discardedBudget) {}

  /** One of the biggest tenants. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TopTenant(
      @JsonPropertyDescription("The tenant as it stands in the payload.") @Nullable
      String tenant,

      @JsonPropertyDescription("Fallback, Promoting, Dedicated, Demoting or Unknown.") @Nullable
      String tier,

      @JsonPropertyDescription("Points of the tenant.") @Nullable
      Long points,

      @JsonPropertyDescription("Measured share.") @Nullable String observedMass,

      @JsonPropertyDescription("Damped share, the one that is compared.") @Nullable
      String dampedMass,

      @JsonPropertyDescription("Inheritance that minimised the objective.") @Nullable
      String alphaStar,

      @JsonPropertyDescription("Promote, Demote or Hold.") @Nullable
      String advice) {}

  /** What finished moves have cost. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record MoveCosts(
      @JsonPropertyDescription("Of promotions.") @Nullable MeasuredCost promotion,

      @JsonPropertyDescription("Of demotions.") @Nullable MeasuredCost demotion) {}

  /** The costs of moves in one direction, in the unit of costBand: a quarter of an hour at twice the promotion size. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record MeasuredCost(
      @JsonPropertyDescription("How many were measured.") @Nullable
      Integer moves,

      @JsonPropertyDescription("Mean of their costs.") @Nullable
      String mean,

      @JsonPropertyDescription("Standard deviation of their costs; 0 for one move.") @Nullable
      String deviation) {}

  /** What holds every move. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record WaitingFor(
      @JsonPropertyDescription("Kind of what is waited for, for example ForeignTransfer.") @Nullable
      String kind,

      @JsonPropertyDescription("What exactly, in a sentence.") @Nullable
      String detail) {}

  /** Head of the audit trail. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Audit(
      @JsonPropertyDescription("Sequence number of the last line.") @Nullable
      Long sequence,

      @JsonPropertyDescription("Hash of the last line.") @Nullable
      String headHash,

      @JsonPropertyDescription("Last checkpoint.") @Nullable Checkpoint checkpoint) {}

  /** A statement, signed where a key is configured, of how long the trail was, and with which head. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Checkpoint(
      @JsonPropertyDescription("Lines that the checkpoint covers.") @Nullable
      Long size,

      @JsonPropertyDescription("Hash of the last covered line.") @Nullable
      String headHash,

      @JsonPropertyDescription("Ed25519 signature over source, size, head and time, in Base64.")
      @Nullable
      String signature,

      @JsonPropertyDescription("Id of the key that signed: SHA-256 of the public key.") @Nullable
      String keyId,

      @JsonPropertyDescription("When it was made.") @Pattern(Formats.TIME) @Nullable
      String time) {}

  /** Sets one component at a time; what is not set stays absent. */
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
          lastHandledRequest);
    }
  }
}
