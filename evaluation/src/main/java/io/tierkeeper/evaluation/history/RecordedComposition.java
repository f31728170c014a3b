package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.history.CompositionSets;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.Evaluator;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Regime;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TermPenalty;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state after a measurement line of a trail: of each tenant what the next evaluation continues from. Never changed, only
 * replaced; equal states have equal bits.
 */
public final class RecordedComposition {

  /** Of a trail without measurements. */
  public static final RecordedComposition EMPTY =
      new RecordedComposition(List.of(), CoherenceWindow.EMPTY);

  /**
   * One tenant.
   *
   * @param state its tier state
   * @param contribution w
   * @param values that the policy's own penalty terms found, by the name of the term
   * @param dampedMass y, as last published
   * @param window recent damped masses, {@code dampedMass} included
   * @param samples measurements so far
   */
  public record Tenant(
      String name,
      TierState state,
      long points,
      double contribution,
      Map<String, String> values,
      double dampedMass,
      Window window,
      int samples) {

    /** As it stands in a Full. */
    CompositionData.Row row() {
      return new CompositionData.Row(
          name, state.label(), points, contribution, values, dampedMass, text(window), samples);
    }
  }

  /** An evaluation that a measurement line records, and the state after it. */
  record Next(Evaluation evaluation, RecordedComposition state) {}

  private final List<Tenant> tenants;
  private final CoherenceWindow coherence;

  private RecordedComposition(List<Tenant> tenants, CoherenceWindow coherence) {
    this.tenants = tenants;
    this.coherence = coherence;
  }

  /** The tenants in the order of their names. */
  static RecordedComposition of(List<Tenant> tenants, CoherenceWindow coherence) {
    return new RecordedComposition(List.copyOf(tenants), coherence);
  }

  /**
   * The state that a Full has; one of the first release has no coherence.
   *
   * @throws IllegalArgumentException when a tenant lacks something, or a tier or a window cannot be read
   */
  static RecordedComposition of(CompositionSets.Full full) {
    List<CompositionData.Row> rows = full.rows();
    List<Tenant> tenants = new ArrayList<>(rows.size());
    for (CompositionData.Row row : rows) {
      if (row.dampedMass() == null || row.window() == null || row.samples() == null) {
        throw new IllegalArgumentException(
            "data.composition: dampedMass, windows or samples of tenant " + row.tenant()
                + " is missing; allowed is a Full with all columns");
      }
      if (!tenants.isEmpty() && tenants.getLast().name().compareTo(row.tenant()) >= 0) {
        throw new IllegalArgumentException("data.composition.tenants has '" + row.tenant()
            + "' out of order; allowed is each tenant once, in the order of the names");
      }
      tenants.add(new Tenant(
          row.tenant(),
          state(row.tier()),
          row.points(),
          row.contribution(),
          row.values(),
          row.dampedMass(),
          window(row.window()),
          row.samples()));
    }
    return new RecordedComposition(tenants, CoherenceWindow.of(full.coherence()));
  }

  /** The tenants in the order of their names. */
  public List<Tenant> tenants() {
    return tenants;
  }

  /** The coherence of the last day. */
  public CoherenceWindow coherence() {
    return coherence;
  }

  /** The same tenants without what is known of the coherence, as a restart finds them in a Full of the first release. */
  RecordedComposition withoutCoherence() {
    return new RecordedComposition(tenants, CoherenceWindow.EMPTY);
  }

  /** The tenant with this name; null where it is not there. */
  @Nullable
  Tenant find(String name) {
    int low = 0;
    int high = tenants.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = tenants.get(middle).name().compareTo(name);
      if (order == 0) {
        return tenants.get(middle);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /** The points of all tenants. */
  long totalPoints() {
    return tenants.stream().mapToLong(Tenant::points).sum();
  }

  /** What an evaluation after the last line is computed from when nothing has changed since. */
  List<Regime> regimes() {
    List<Regime> regimes = new ArrayList<>(tenants.size());
    for (Tenant tenant : tenants) {
      regimes.add(regime(tenant, null));
    }
    return regimes;
  }

  private static Regime regime(Tenant tenant, CompositionData.@Nullable Row changed) {
    return new Regime(
        tenant.name(),
        changed == null ? tenant.contribution() : changed.contribution(),
        changed == null ? tenant.state() : state(changed.tier()),
        tenant.dampedMass(),
        tenant.window(),
        changed == null ? tenant.values() : changed.values());
  }

  /**
   * The evaluation of the next measurement line.
   *
   * @param change what differs from this state
   * @param measurements since the line before, as the line says
   * @param at time of the line
   * @throws IllegalArgumentException when the change holds what no operator writes
   */
  Next next(
      Evaluator evaluator,
      GovernanceParameters parameters,
      CompositionSets.Change change,
      int measurements,
      Instant at) {
    Map<String, CompositionData.Row> changed = HashMap.newHashMap(change.rows().size());
    change.rows().forEach(row -> changed.put(row.tenant(), row));
    List<Regime> regimes = new ArrayList<>(tenants.size());
    for (Tenant tenant : tenants) {
      regimes.add(regime(tenant, changed.get(tenant.name())));
    }
    for (CompositionData.Row row : change.rows()) {
      if (find(row.tenant()) == null) {
        regimes.add(new Regime(
            row.tenant(),
            row.contribution(),
            state(row.tier()),
            Double.NaN,
            Window.empty(),
            row.values()));
      }
    }
    Evaluation evaluation = evaluator.evaluate(regimes, parameters);
    List<Tenant> next = new ArrayList<>(evaluation.regimes().size());
    for (RegimeEvaluation row : evaluation.regimes()) {
      Tenant old = find(row.tenant());
      CompositionData.Row input = changed.get(row.tenant());
      Integer samples = input == null ? null : input.samples();
      next.add(new Tenant(
          row.tenant(),
          row.state(),
          input == null ? Objects.requireNonNull(old).points() : input.points(),
          row.contribution(),
          values(row),
          row.dampedMass(),
          (old == null ? Window.empty() : old.window())
              .append(row.dampedMass(), parameters.window()),
          samples != null ? samples : samples(old, measurements)));
    }
    return new Next(
        evaluation,
        new RecordedComposition(next, coherence.with(at, evaluation.summary().coherence())));
  }

  /** The number of a tenant's measurements that follows from the line, unless the line says another. */
  static int samples(@Nullable Tenant before, int measurements) {
    return before == null ? 1 : before.samples() + measurements;
  }

  /** The values that the policy's own penalty terms found for a tenant. */
  static Map<String, String> values(RegimeEvaluation row) {
    List<TermPenalty> terms = row.penalty().terms();
    if (terms.isEmpty()) {
      return Map.of();
    }
    Map<String, String> values = new TreeMap<>();
    for (TermPenalty term : terms) {
      String value = term.value();
      if (value != null) {
        values.put(term.name(), value);
      }
    }
    return values.isEmpty() ? Map.of() : values;
  }

  private static String text(Window window) {
    double[] masses = window.toArray();
    ByteBuffer bytes = ByteBuffer.allocate(masses.length * Double.BYTES);
    for (double mass : masses) {
      bytes.putDouble(mass);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static Window window(String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    if (bytes.length % Double.BYTES != 0) {
      throw new IllegalArgumentException("data.composition.windows has '" + text
          + "'; allowed are 8 bytes for each mass in Base64");
    }
    double[] masses = new double[bytes.length / Double.BYTES];
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(masses);
    return Window.of(masses);
  }

  /** The state with this label. */
  static TierState state(String label) {
    for (TierState state : TierState.values()) {
      if (state.label().equals(label)) {
        return state;
      }
    }
    throw new IllegalArgumentException(
        "tier '" + label + "'; allowed: Fallback, Promoting, Dedicated, Demoting");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordedComposition that
        && tenants.equals(that.tenants)
        && coherence.equals(that.coherence);
  }

  @Override
  public int hashCode() {
    return 31 * tenants.hashCode() + coherence.hashCode();
  }

  @Override
  public String toString() {
    return tenants.toString();
  }
}
