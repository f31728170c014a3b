package io.tierkeeper.evaluation;

import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.Evaluator;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Regime;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
import io.tierkeeper.governance.decision.CostAccount;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.DecisionChain;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.governance.decision.TierCost;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates one measurement and computes what is remembered of each tenant until the next one. Operator, what-if and
 * simulation all evaluate with it; they differ in where measurements come from and in how moves are carried out.
 */
public final class EvaluationStep {

  /** Masses that differ by less are the same: what is left when damping has come to rest. */
  private static final double SAME = 1e-9;

  private final Evaluator evaluator = new Evaluator();
  private final DecisionChain chain = new DecisionChain();

  /**
   * What a step takes from outside its measurement.
   *
   * @param now the instant of the step
   * @param parameters of the damping
   * @param elapsed the time that the measured sizes stand for in the cost band, >= 0
   * @param before the evaluation of the last measurement; null for none
   * @param countsChanged whether anything was counted differently than in the last measurement
   */
  public record Settings(
      Instant now,
      GovernanceParameters parameters,
      Duration elapsed,
      @Nullable Evaluation before,
      boolean countsChanged) {}

  /**
   * What a step comes to.
   *
   * @param evaluation masses of all tenants
   * @param changed whether the composition differs from the last one
   * @param tenants those that are remembered: those of the evaluation in its order, then those with nothing left but an empty shard
   *     key with a cost band is left
   * @param dropped those that the evaluation has left out for good, of which something was remembered
   */
  public record Result<K>(
      Evaluation evaluation,
      boolean changed,
      List<RememberedTenant<K>> tenants,
      List<MeasuredTenant<K>> dropped) {}

  /**
   * A tenant that is remembered.
   *
   * @param tenant as it was measured
   * @param numbers of the evaluation; null where the evaluator left it out
   * @param memory for the next step
   */
  public record RememberedTenant<K>(
      MeasuredTenant<K> tenant, @Nullable RegimeEvaluation numbers, TenantMemory memory) {}

  /**
   * Evaluates a measurement; the same arguments give the same result, bit for bit.
   *
   * @param tenants those measured, and those remembered that have vanished, with contribution 0; each name once
   */
  public <K> Result<K> evaluate(List<MeasuredTenant<K>> tenants, Settings settings) {
    List<Regime> regimes = new ArrayList<>(tenants.size());
    Map<String, MeasuredTenant<K>> byName = HashMap.newHashMap(tenants.size());
    for (MeasuredTenant<K> tenant : tenants) {
      byName.put(tenant.name(), tenant);
      if (Double.isNaN(tenant.memory().dampedMass()) && tenant.contribution() == 0) {
        continue;
      }
      regimes.add(new Regime(
          tenant.name(),
          tenant.contribution(),
          tenant.tier(),
          tenant.memory().dampedMass(),
          tenant.memory().window(),
          tenant.values()));
    }
    Evaluation evaluation = evaluator.evaluate(regimes, settings.parameters());
    Evaluation before = settings.before();
    boolean changed = before == null || settings.countsChanged() || differ(before, evaluation);
    // A measurement that changes nothing leaves no line in the trail, so it must leave no trace in
    // the memory either.
    boolean trace = changed && evaluation.known();
    List<RememberedTenant<K>> remembered = new ArrayList<>(tenants.size());
    for (RegimeEvaluation row : evaluation.regimes()) {
      MeasuredTenant<K> tenant = Objects.requireNonNull(byName.remove(row.tenant()));
      remembered.add(new RememberedTenant<>(
          tenant, row, remember(tenant, row, trace, evaluation.known(), settings)));
    }
    List<MeasuredTenant<K>> dropped = new ArrayList<>();
    if (!byName.isEmpty()) {
      for (MeasuredTenant<K> tenant : tenants) {
        if (byName.containsKey(tenant.name()) && !Double.isNaN(tenant.memory().dampedMass())) {
          dropped.add(tenant);
        }
        if (tenant.dedicated()
            && tenant.policy().costBand() != null
            && byName.containsKey(tenant.name())) {
          remembered.add(new RememberedTenant<>(tenant, null, emptied(tenant, settings)));
        }
      }
    }
    return new Result<>(evaluation, changed, remembered, dropped);
  }

  private static boolean differ(Evaluation before, Evaluation after) {
    if (before.regimes().size() != after.regimes().size()) {
      return true;
    }
    for (int i = 0; i < before.regimes().size(); i++) {
      RegimeEvaluation a = before.regimes().get(i);
      RegimeEvaluation b = after.regimes().get(i);
      if (!a.tenant().equals(b.tenant())
          || a.state() != b.state()
          // At rest it changes no mass, but decisions quote it, so the trail needs a line with it.
          || !a.penalty().equals(b.penalty())
          || Math.abs(a.dampedMass() - b.dampedMass()) > SAME) {
        return true;
      }
    }
    return false;
  }

  private TenantMemory remember(
      MeasuredTenant<?> tenant,
      RegimeEvaluation row,
      boolean trace,
      boolean known,
      Settings settings) {
    TenantMemory old = tenant.memory();
    CostAccount account = account(tenant, row.observedMass(), settings.elapsed());
    Direction wanted = chain.wanted(
        tenant.policy(),
        Pin.AUTO,
        tenant.thresholdTier(),
        row.dampedMass(),
        tenant.points(),
        account);
    boolean continues = wanted != null && wanted == old.conditionFor();
    return new TenantMemory(
        trace || Double.isNaN(old.dampedMass()) ? row.dampedMass() : old.dampedMass(),
        trace
            ? old.window().append(row.dampedMass(), settings.parameters().window())
            : old.window(),
        known ? old.samples() + 1 : old.samples(),
        wanted,
        wanted == null ? null : continues ? old.conditionSince() : settings.now(),
        old.verdict(),
        old.verdictSince(),
        account);
  }

  /** The evaluator leaves out a tenant without points and mass, but its empty shard key still costs. */
  private static TenantMemory emptied(MeasuredTenant<?> tenant, Settings settings) {
    TenantMemory old = tenant.memory();
    return new TenantMemory(
        Double.NaN,
        Window.empty(),
        old.samples() + 1,
        null,
        null,
        old.verdict(),
        old.verdictSince(),
        account(tenant, 0, settings.elapsed()));
  }

  /** What the tenant's cost band remembers after this measurement; time counts, not the number of measurements. */
  private static @Nullable CostAccount account(
      MeasuredTenant<?> tenant, double observedMass, Duration elapsed) {
    CostBand band = tenant.policy().costBand();
    CostAccount before = tenant.memory().account();
    if (band == null) {
      return null;
    }
    if (Double.isNaN(observedMass)) {
      return before;
    }
    boolean dedicated =
        tenant.tier() == TierState.DEDICATED || tenant.tier() == TierState.PROMOTING;
    return band.measured(
        before == null ? band.open(dedicated) : before,
        dedicated,
        TierCost.of(
            tenant.policy().promote().relativeSize(observedMass, tenant.points()), elapsed));
  }
}
