package io.tierkeeper.simulation.steps;

import io.tierkeeper.governance.Coherence;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.Evaluator;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Regime;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
import io.tierkeeper.simulation.steps.StepScenario.Observation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs a scenario through the operator's own evaluator; governance model, section 6. */
final class StepRunner {
  /** A share that rounds to 1 has no finite odds. */
  private static final double MAX_ODDS = 1e15;

  private final StepScenario scenario;
  private final TierRule tiers;
  private final GovernanceParameters parameters;
  private final Evaluator evaluator = new Evaluator();
  private final Map<String, Tenant> tenants = new TreeMap<>();
  private final List<StepResult.Row> rows = new ArrayList<>();
  private final List<Map<String, Double>> contributions = new ArrayList<>();

  /** What a run knows of a tenant. */
  private static final class Tenant {
    private double share = Double.NaN;
    private Window window = Window.empty();
    private TierState tier = TierState.FALLBACK;
  }

  private StepRunner(StepScenario scenario, TierRule tiers, GovernanceParameters parameters) {
    this.scenario = scenario;
    this.tiers = tiers;
    this.parameters = parameters;
  }

  static StepResult run(StepScenario scenario, TierRule tiers, GovernanceParameters parameters) {
    return new StepRunner(scenario, tiers, parameters).run();
  }

  private StepResult run() {
    scenario.tenants().forEach(name -> tenants.put(name, new Tenant()));
    start();
    double start = followed().share;
    double[] coherences = new double[scenario.steps().size() - 1];
    for (int i = 1; i < scenario.steps().size(); i++) {
      coherences[i - 1] = evaluate(i);
    }
    return new StepResult(
        List.copyOf(rows),
        Coherence.cumulative(coherences),
        Coherence.erosion(start, rows.getLast().rhoPost()),
        List.copyOf(contributions));
  }

  private void start() {
    Map<String, Double> given = observed(0);
    double total = given.values().stream().mapToDouble(Double::doubleValue).sum();
    contributions.add(given);
    tenants.forEach((name, tenant) -> {
      double contribution = given.getOrDefault(name, 0.0);
      tenant.tier = tiers.tier(name, 0, tenant.tier, Double.NaN);
      if (contribution > 0) {
        publish(tenant, contribution / total);
      }
    });
    row(null, null);
  }

  private double evaluate(int step) {
    Map<String, Double> given = observed(step);
    contributions.add(given);
    List<Regime> regimes = new ArrayList<>();
    tenants.forEach((name, tenant) -> {
      double contribution = given.getOrDefault(name, 0.0);
      tenant.tier = tiers.tier(name, step, tenant.tier, tenant.share);
      if (contribution > 0 || !Double.isNaN(tenant.share)) {
        regimes.add(
            new Regime(name, contribution, tenant.tier, share(name, tenant), tenant.window));
      }
    });
    Evaluation evaluation = evaluator.evaluate(regimes, parameters);
    Map<String, RegimeEvaluation> results = new HashMap<>();
    evaluation.regimes().forEach(result -> results.put(result.tenant(), result));
    tenants.forEach((name, tenant) -> {
      RegimeEvaluation result = results.get(name);
      if (result != null) {
        publish(tenant, result.dampedMass());
      } else {
        tenant.share = Double.NaN;
        tenant.window = Window.empty();
      }
    });
    row(results.get(scenario.tenant()), evaluation.summary().coherence());
    return evaluation.summary().coherence();
  }

  /** Odds are those of two shares that add up to 1, without the rounding of an evaluation. */
  private double share(String name, Tenant tenant) {
    return scenario.relative() && name.equals(StepScenario.REST)
        ? 1 - followed().share
        : tenant.share;
  }

  private void publish(Tenant tenant, double share) {
    tenant.share = share;
    tenant.window = tenant.window.append(share, parameters.window());
  }

  private void row(@Nullable RegimeEvaluation result, @Nullable Double coherence) {
    Tenant tenant = followed();
    rows.add(new StepResult.Row(
        tenant.tier,
        parameters.penalties().of(tenant.tier),
        result == null ? null : result.alphaStar(),
        Double.isNaN(tenant.share) ? 0 : tenant.share,
        result == null ? null : result.localCoherence(),
        coherence));
  }

  private Map<String, Double> observed(int step) {
    return switch (scenario.steps().get(step).observed()) {
      case Observation.Contributions given -> given.byTenant();
      case Observation.Odds odds -> {
        double share = followed().share;
        yield Map.of(
            scenario.tenant(),
            Math.min(MAX_ODDS, share / (1 - share) * odds.factor()),
            StepScenario.REST,
            1.0);
      }
    };
  }

  private Tenant followed() {
    Tenant tenant = tenants.get(scenario.tenant());
    if (tenant == null) {
      throw new IllegalArgumentException(
          "tenant " + scenario.tenant() + " is not in scenario " + scenario.name());
    }
    return tenant;
  }
}
