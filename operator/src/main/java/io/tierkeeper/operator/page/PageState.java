package io.tierkeeper.operator.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /page/state} answers; the names of the components are those of its JSON. Fields are listed one by one, so that
 * nothing of a resource is published that was not meant to be, such as endpoints or the names of Secrets.
 *
 * @param version increases with each change; the event stream names it
 * @param collections at most {@link PageSnapshot#MAX_COLLECTIONS}
 * @param tenants those that match the filter
 * @param moves those that are not over, at most {@link PageSnapshot#MAX_MOVES}
 * @param trail the last entries since this replica leads, newest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PageState(
    long version,
    Replica replica,
    List<OfCollection> collections,
    Tenants tenants,
    List<OfMove> moves,
    List<TrailEntry> trail) {

  /** Whether the replica that answers knows anything. */
  enum Role {
    Leading,
    TakingOver,
    Standby
  }

  /**
   * The replica that answers.
   *
   * @param instance its name, that of its pod
   * @param version of Tierkeeper
   */
  record Replica(String instance, String version, Role role) {}

  /** A TieredCollection. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfCollection(
      String namespace,
      String name,
      @Nullable String collection,
      @Nullable String mode,
      String ready,
      String message,
      @Nullable Long tenants,
      @Nullable Long dedicated,
      @Nullable Long fallbackPoints,
      Thresholds thresholds,
      @Nullable String waitingFor,
      @Nullable Long auditSequence) {}

  /**
   * The part of the table that is shown.
   *
   * @param rows the biggest that match the filter
   * @param matching how many match it
   * @param known those with a TenantTier, and the biggest of each collection
   * @param all how many tenants there are, as the last measurements counted them
   */
  record Tenants(List<OfTenant> rows, int matching, int known, long all) {}

  /**
   * A tenant with a TenantTier, or one of the biggest of its collection.
   *
   * @param resource name of the TenantTier; absent where there is none
   * @param history samples of the damped mass; absent for a tenant of which none are kept
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfTenant(
      String namespace,
      String collection,
      String tenant,
      @Nullable String resource,
      @Nullable String tier,
      @Nullable String pin,
      @Nullable Long points,
      @Nullable Double mass,
      Thresholds thresholds,
      Advice advice,
      List<Gate> gates,
      MassHistory.@Nullable Samples history) {

    OfTenant with(MassHistory.@Nullable Samples samples) {
      return new OfTenant(
          namespace,
          collection,
          tenant,
          resource,
          tier,
          pin,
          points,
          mass,
          thresholds,
          advice,
          gates,
          samples);
    }
  }

  /** The shares of promotion and demotion; absent where the policy decides otherwise. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Thresholds(@Nullable Double promoteAbove, @Nullable Double demoteBelow) {
    static final Thresholds NONE = new Thresholds(null, null);
  }

  /** What the policy advises, and the explanation. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Advice(@Nullable String action, @Nullable String message) {}

  /** A rule of the last evaluation. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Gate(
      @Nullable String name,
      @Nullable String current,
      @Nullable String required,
      boolean met,
      @Nullable String earliest) {}

  /**
   * A TierMove that is not over.
   *
   * @param steps of the plan, in order
   * @param step position of the current step in them, from 1; absent before the first
   * @param stepName name of the current step
   * @param etaSeconds of the current step, where it is known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfMove(
      String namespace,
      String collection,
      String name,
      String tenant,
      String direction,
      String phase,
      List<String> steps,
      @Nullable Integer step,
      @Nullable String stepName,
      @Nullable Integer percent,
      @Nullable Long etaSeconds,
      String message) {}

  /**
   * A line of an audit trail as a sentence.
   *
   * @param collection namespace and name
   * @param tenant empty where it is about the collection
   */
  record TrailEntry(long sequence, String time, String collection, String tenant, String text) {}
}
