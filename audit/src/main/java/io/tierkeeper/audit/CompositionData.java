package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of what evaluations are computed from. The parts of a set together are the state after the last measurement line
 * ({@link Form#FULL}), or what the next measurement line was computed from in addition to the state before it
 * ({@link Form#DELTA}); a Delta without its measurement line, and a set that lacks a part, mean nothing.
 *
 * @param set the same in all parts; in a Delta the id of the measurement line
 * @param part from 1
 * @param parts of the set
 * @param dropped tenants that the evaluation left out for good; in a Delta only
 * @param coherence of the last day; in the first part of a Full only, and null in those of the first release
 */
public record CompositionData(
    ResourceRef object,
    String set,
    Form form,
    int part,
    int parts,
    Columns composition,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> dropped,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CoherenceProducts coherence)
    implements EventData {

  /** No tenants that were left out are an empty list. */
  public CompositionData {
    dropped = dropped == null ? List.of() : List.copyOf(dropped);
  }

  /** A part without the coherence of the last day. */
  public CompositionData(
      ResourceRef object,
      String set,
      Form form,
      int part,
      int parts,
      Columns composition,
      List<String> dropped) {
    this(object, set, form, part, parts, composition, dropped, null);
  }

  /**
   * Products of the coherence of measurement lines, by intervals of five minutes.
   *
   * @param from begin of the first interval
   * @param products of consecutive intervals, 8 bytes each (IEEE 754, big-endian), in Base64
   */
  public record CoherenceProducts(Instant from, String products) {}

  /** What the parts of a set are together. */
  public enum Form {
    /** All tenants, with what a restart continues from. */
    @JsonProperty("Full")
    FULL,
    /** The tenants whose inputs differ from those of the last measurement line. */
    @JsonProperty("Delta")
    DELTA,
    /** A form of a later version; never written. */
    @JsonEnumDefaultValue
    @JsonProperty("Other")
    OTHER
  }

  /**
   * The tenants by columns: the k-th value of each column belongs to the k-th tenant.
   *
   * @param tiers {@code Fallback}, {@code Promoting}, {@code Dedicated} or {@code Demoting}
   * @param contribution what is normalised, points times weight; empty where it is {@code points} for all
   * @param penaltyTerms the values that the policy's own penalty terms found
   * @param dampedMass y, as last published; empty in a Delta
   * @param windows recent damped masses, oldest first, 8 bytes each (IEEE 754, big-endian), in Base64; empty in a Delta
   * @param samples measurements so far; in a Delta null, or empty altogether, where they follow from the measurement line
   */
  public record Columns(
      List<String> tenants,
      List<String> tiers,
      List<Long> points,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> contribution,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PenaltyColumn> penaltyTerms,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> dampedMass,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> windows,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<@Nullable Integer> samples) {

    /** Refuses columns of different lengths, by name and index. */
    public Columns {
      int rows = tenants.size();
      contribution = orEmpty(contribution);
      penaltyTerms = orEmpty(penaltyTerms);
      dampedMass = orEmpty(dampedMass);
      windows = orEmpty(windows);
      samples = orEmpty(samples);
      requireRows("tiers", tiers, rows);
      requireRows("points", points, rows);
      requireRowsOrNone("contribution", contribution, rows);
      requireRowsOrNone("dampedMass", dampedMass, rows);
      requireRowsOrNone("windows", windows, rows);
      requireRowsOrNone("samples", samples, rows);
      penaltyTerms.forEach(term -> requireRows("penaltyTerms." + term.term(), term.values(), rows));
    }

    private static <T> List<T> orEmpty(@Nullable List<T> values) {
      return values == null ? List.of() : Collections.unmodifiableList(values);
    }

    private static void requireRowsOrNone(String column, List<?> values, int rows) {
      if (!values.isEmpty()) {
        requireRows(column, values, rows);
      }
    }

    private static void requireRows(String column, List<?> values, int rows) {
      if (values.size() != rows) {
        throw new IllegalArgumentException(
            "data.composition." + column + "[" + Math.min(values.size(), rows) + "] is "
                + (values.size() < rows ? "missing" : "too many")
                + "; allowed is as many values as data.composition.tenants, " + rows);
      }
    }

    /** The columns of these rows. */
    public static Columns of(List<Row> rows) {
      boolean asPoints = rows.stream().allMatch(row -> row.contribution() == row.points());
      boolean state = rows.stream().anyMatch(row -> row.window() != null);
      boolean samples = rows.stream().anyMatch(row -> row.samples() != null);
      TreeSet<String> terms = new TreeSet<>();
      rows.forEach(row -> terms.addAll(row.values().keySet()));
      return new Columns(
          column(rows, Row::tenant),
          column(rows, Row::tier),
          column(rows, Row::points),
          asPoints ? List.of() : column(rows, Row::contribution),
          terms.stream()
              .map(term ->
                  new PenaltyColumn(term, column(rows, row -> row.values().get(term))))
              .toList(),
          state ? column(rows, row -> Objects.requireNonNull(row.dampedMass())) : List.of(),
          state ? column(rows, row -> Objects.requireNonNull(row.window())) : List.of(),
          samples ? column(rows, Row::samples) : List.of());
    }

    private static <T extends @Nullable Object> List<T> column(
        List<Row> rows, Function<Row, T> value) {
      List<T> column = new ArrayList<>(rows.size());
      rows.forEach(row -> column.add(value.apply(row)));
      return column;
    }

    /** The rows of these columns. */
    public List<Row> rows() {
      List<Row> rows = new ArrayList<>(tenants.size());
      for (int i = 0; i < tenants.size(); i++) {
        rows.add(new Row(
            tenants.get(i),
            tiers.get(i),
            points.get(i),
            contribution.isEmpty() ? points.get(i) : contribution.get(i),
            values(i),
            dampedMass.isEmpty() ? null : dampedMass.get(i),
            windows.isEmpty() ? null : windows.get(i),
            samples.isEmpty() ? null : samples.get(i)));
      }
      return rows;
    }

    private Map<String, String> values(int row) {
      if (penaltyTerms.isEmpty()) {
        return Map.of();
      }
      Map<String, String> values = new TreeMap<>();
      for (PenaltyColumn term : penaltyTerms) {
        String value = term.values().get(row);
        if (value != null) {
          values.put(term.term(), value);
        }
      }
      return values;
    }
  }

  /**
   * The values that one of the policy's own penalty terms found.
   *
   * @param values by tenant; null for none
   */
  public record PenaltyColumn(String term, List<@Nullable String> values) {

    /** Keeps a copy. */
    public PenaltyColumn {
      values = Collections.unmodifiableList(new ArrayList<>(values));
    }
  }

  /**
   * One tenant.
   *
   * @param tier {@code Fallback}, {@code Promoting}, {@code Dedicated} or {@code Demoting}
   * @param contribution what is normalised: points, or points times weight
   * @param values that the policy's own penalty terms found, by the name of the term
   * @param dampedMass y, as last published; null in a Delta
   * @param window as {@link Columns#windows()}; null in a Delta
   * @param samples measurements so far; in a Delta null where they follow from the measurement line
   */
  public record Row(
      String tenant,
      String tier,
      long points,
      double contribution,
      Map<String, String> values,
      @Nullable Double dampedMass,
      @Nullable String window,
      @Nullable Integer samples) {}

  @Override
  public AuditType type() {
    return AuditType.COMPOSITION;
  }

  @Override
  public boolean continues() {
    return part > 1;
  }
}
