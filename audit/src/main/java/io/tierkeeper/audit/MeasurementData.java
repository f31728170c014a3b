package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation with a change: its summary, the biggest tenants, and a digest of all that was computed. What it was
 * computed from is in the {@link CompositionData} before it.
 *
 * @param collection the Qdrant collection
 * @param metric {@code Points} or {@code Weighted}
 * @param totalPoints of all tenants
 * @param tenantCount number of tenants
 * @param parts of its Delta, which precede it; 0 where no input has changed
 * @param measurements since the measurement line before, this one included, of which the others changed nothing
 * @param digest SHA-256 over all tenants with all derived numbers
 * @param top the biggest tenants, and those with a shard key of their own, as far as they fit
 */
public record MeasurementData(
    ResourceRef object,
    PolicyRef policy,
    String collection,
    String metric,
    long totalPoints,
    int tenantCount,
    int parts,
    int measurements,
    String digest,
    Top top,
    Summary summary)
    implements EventData {

  /**
   * Some tenants by columns: the k-th value of each column belongs to the k-th tenant.
   *
   * @param tiers {@code Fallback}, {@code Promoting}, {@code Dedicated} or {@code Demoting}
   * @param penalty P(s), the policy's own terms included
   */
  public record Top(
      List<String> tenants,
      List<String> tiers,
      List<Long> points,
      List<Double> observedMass,
      List<Double> dampedMass,
      List<Double> alphaStar,
      List<Double> penalty) {}

  /**
   * The numbers of the whole collection after an evaluation. Those that may be null are so in lines of the first release.
   *
   * @param warmMass damped masses of the tenants in the fallback together
   * @param hotMass damped masses of the tenants in dedicated shard keys together
   * @param coherence1h product of the coherence of the measurement lines of the last hour, this one included
   * @param coherence24h likewise of the last 24 hours
   */
  public record Summary(
      double coherence,
      double effectiveTenants,
      int tenantsToCover90,
      double discardedBudget,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double warmMass,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double hotMass,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double coherence1h,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double coherence24h) {

    /** The same without the numbers that another one lacks, as a line of the first release has it. */
    public Summary asFarAs(Summary other) {
      return new Summary(
          coherence,
          effectiveTenants,
          tenantsToCover90,
          discardedBudget,
          other.warmMass == null ? null : warmMass,
          other.hotMass == null ? null : hotMass,
          other.coherence1h == null ? null : coherence1h,
          other.coherence24h == null ? null : coherence24h);
    }
  }

  @Override
  public AuditType type() {
    return AuditType.MEASUREMENT;
  }

  @Override
  public boolean continues() {
    return parts > 0;
  }
}
