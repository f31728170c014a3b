package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation with a change: the whole composition, so that later states can be computed again.
 *
 * @param collection the Qdrant collection
 * @param metric {@code Points} or {@code Weighted}
 * @param totalPoints of all tenants
 */
public record MeasurementData(
    ResourceRef object,
    PolicyRef policy,
    String collection,
    String metric,
    long totalPoints,
    Composition composition,
    Summary summary)
    implements EventData {

  /**
   * The tenants by columns: the k-th value of each column belongs to the k-th tenant.
   *
   * @param tiers {@code Fallback}, {@code Promoting}, {@code Dedicated} or {@code Demoting}
   * @param contribution what was normalised: points, or points times weight
   * @param penalty P(s), the parts included
   * @param penaltyTerms what each of the policy's own penalty terms adds, in the policy's order
   */
  public record Composition(
      List<String> tenants,
      List<String> tiers,
      List<Long> points,
      List<Double> contribution,
      List<Double> observedMass,
      List<Double> dampedMass,
      List<Double> alphaStar,
      List<Double> penalty,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PenaltyColumn> penaltyTerms) {

    /** Refuses columns of different lengths, by name and index. */
    public Composition {
      int rows = tenants.size();
      requireRows("tiers", tiers, rows);
      requireRows("contribution", contribution, rows);
      requireRows("points", points, rows);
      requireRows("observedMass", observedMass, rows);
      requireRows("dampedMass", dampedMass, rows);
      requireRows("alphaStar", alphaStar, rows);
      requireRows("penalty", penalty, rows);
      penaltyTerms = penaltyTerms == null ? List.of() : List.copyOf(penaltyTerms);
    }

    private static void requireRows(String column, List<?> values, int rows) {
      if (values.size() != rows) {
        throw new IllegalArgumentException(
            "data.composition." + column + "[" + Math.min(values.size(), rows) + "] is "
                + (values.size() < rows ? "missing" : "too many")
                + "; allowed is as many values as data.composition.tenants, " + rows);
      }
    }

    /** The composition with these rows. */
    public static Composition of(List<TenantRow> rows) {
      return new Composition(
          column(rows, TenantRow::tenant),
          column(rows, TenantRow::tier),
          column(rows, TenantRow::points),
          column(rows, TenantRow::contribution),
          column(rows, TenantRow::observedMass),
          column(rows, TenantRow::dampedMass),
          column(rows, TenantRow::alphaStar),
          column(rows, TenantRow::penalty),
          PenaltyColumn.of(rows.stream().map(TenantRow::parts).toList()));
    }

    private static <T> List<T> column(List<TenantRow> rows, Function<TenantRow, T> value) {
      return rows.stream().map(value).toList();
    }

    /** Number of tenants. */
    public int size() {
      return tenants.size();
    }
  }

  /**
   * One tenant's row.
   *
   * @param contribution what was normalised: points, or points times weight
   * @param tier {@code Fallback}, {@code Promoting}, {@code Dedicated} or {@code Demoting}
   * @param penalty P(s), the parts included
   * @param parts what each of the policy's own penalty terms adds, in the same order in each row
   */
  public record TenantRow(
      String tenant,
      long points,
      double contribution,
      String tier,
      double observedMass,
      double dampedMass,
      double alphaStar,
      double penalty,
      List<PenaltyPart> parts) {}

  /**
   * One of the policy's own penalty terms, by tenant.
   *
   * @param values that were found; null for none
   * @param penalties that they come to
   */
  public record PenaltyColumn(String term, List<@Nullable String> values, List<Double> penalties) {

    /** Keeps copies. */
    public PenaltyColumn {
      values = Collections.unmodifiableList(new ArrayList<>(values));
      penalties = List.copyOf(penalties);
    }

    /**
     * The columns of the parts of each tenant.
     *
     * @param rows the same terms in the same order in each
     */
    public static List<PenaltyColumn> of(List<List<PenaltyPart>> rows) {
      List<PenaltyColumn> columns = new ArrayList<>();
      int count = rows.isEmpty() ? 0 : rows.getFirst().size();
      for (int i = 0; i < count; i++) {
        List<@Nullable String> values = new ArrayList<>();
        List<Double> penalties = new ArrayList<>();
        for (List<PenaltyPart> row : rows) {
          values.add(row.get(i).value());
          penalties.add(row.get(i).penalty());
        }
        columns.add(new PenaltyColumn(rows.getFirst().get(i).term(), values, penalties));
      }
      return columns;
    }
  }

  /** The numbers of the whole collection after an evaluation. */
  public record Summary(
      double coherence, double effectiveTenants, int tenantsToCover90, double discardedBudget) {}

  @Override
  public AuditType type() {
    return AuditType.MEASUREMENT;
  }
}
