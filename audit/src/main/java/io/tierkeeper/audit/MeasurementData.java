package io.tierkeeper.audit;

import java.util.List;

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

  /** The numbers of the whole collection after an evaluation. */
  public record Summary(
      double coherence, double effectiveTenants, int tenantsToCover90, double discardedBudget) {}

  @Override
  public AuditType type() {
    return AuditType.MEASUREMENT;
  }

  @Override
  public boolean continues() {
    return parts > 0;
  }
}
