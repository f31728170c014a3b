package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.governance.Regime;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a trail's measurement lines leave to the next evaluation: of each tenant the last published mass and the masses
 * before it. It follows the lines as the operator's memory followed the evaluations that wrote them.
 */
public final class RecordedComposition {

  /** So many lines an operator reads back when it starts; longer windows begin anew with it. */
  public static final int LINES_READ = 16;

  /**
   * One tenant.
   *
   * @param dampedMass y, as last published
   * @param window recent damped masses, {@code dampedMass} included
   * @param recent those that a restart reads back, however short the window is
   * @param contribution w, of the last line
   * @param points of the last line
   * @param state of the last line
   * @param lines in how many lines it has been without a break
   * @param values that the policy's own penalty terms found, of the last line
   */
  public record Tenant(
      double dampedMass,
      Window window,
      Window recent,
      double contribution,
      long points,
      TierState state,
      int lines,
      Map<String, String> values) {

    private Tenant reread(int most) {
      double[] masses = recent.toArray();
      return new Tenant(
          dampedMass,
          Window.of(Arrays.copyOfRange(masses, Math.max(0, masses.length - most), masses.length)),
          recent,
          contribution,
          points,
          state,
          lines,
          values);
    }
  }

  private Map<String, Tenant> tenants = Map.of();
  private Map<String, Tenant> before = Map.of();

  /** The tenants after the last line. */
  public Map<String, Tenant> tenants() {
    return tenants;
  }

  /** The tenants before the last line. */
  Map<String, Tenant> before() {
    return before;
  }

  /**
   * Takes in the next measurement line.
   *
   * @param window how many masses the policy of the line keeps
   * @throws IllegalArgumentException when a tier has no known name
   */
  public void follow(MeasurementData.Composition columns, int window) {
    Map<String, Tenant> next = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      String tenant = columns.tenants().get(i);
      double mass = columns.dampedMass().get(i);
      Tenant old = tenants.get(tenant);
      next.put(
          tenant,
          new Tenant(
              mass,
              (old == null ? Window.empty() : old.window()).append(mass, window),
              (old == null ? Window.empty() : old.recent()).append(mass, LINES_READ),
              columns.contribution().get(i),
              columns.points().get(i),
              state(columns.tiers().get(i)),
              old == null ? 1 : old.lines() + 1,
              PenaltyRecord.values(columns, i)));
    }
    before = tenants;
    tenants = next;
  }

  /** Forgets everything, as an operator does that finds no trail. */
  void forget() {
    tenants = Map.of();
    before = Map.of();
  }

  /** Keeps what an operator reads back that starts under a policy with this window. */
  void restart(int window) {
    Map<String, Tenant> reread = new LinkedHashMap<>();
    tenants.forEach((name, tenant) -> reread.put(name, tenant.reread(window)));
    tenants = reread;
  }

  /** What the evaluation that wrote this line, the next one, was computed from. */
  List<Regime> regimes(MeasurementData.Composition columns) {
    List<Regime> regimes = new ArrayList<>();
    Set<String> vanished = new TreeSet<>(tenants.keySet());
    for (int i = 0; i < columns.size(); i++) {
      String tenant = columns.tenants().get(i);
      vanished.remove(tenant);
      regimes.add(regime(
          tenant,
          columns.contribution().get(i),
          state(columns.tiers().get(i)),
          PenaltyRecord.values(columns, i)));
    }
    // The line leaves out whom the evaluation dropped for good, but they took part in it; without
    // points no value counts.
    vanished.forEach(tenant -> regimes.add(regime(tenant, 0, known(tenant).state(), Map.of())));
    return regimes;
  }

  /** What an evaluation after the last line is computed from when nothing has changed since. */
  List<Regime> regimes() {
    return tenants.entrySet().stream()
        .map(entry -> regime(
            entry.getKey(),
            entry.getValue().contribution(),
            entry.getValue().state(),
            entry.getValue().values()))
        .toList();
  }

  private Regime regime(
      String tenant, double contribution, TierState state, Map<String, String> values) {
    Tenant old = tenants.get(tenant);
    return new Regime(
        tenant,
        contribution,
        state,
        old == null ? Double.NaN : old.dampedMass(),
        old == null ? Window.empty() : old.window(),
        values);
  }

  private Tenant known(String tenant) {
    return java.util.Objects.requireNonNull(tenants.get(tenant));
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
}
