package io.tierkeeper.simulation.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Limits;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.simulation.trace.Scenario;
import io.tierkeeper.simulation.trace.TraceFamilies;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final List<Scenario> SMALL = TraceFamilies.all().stream()
      .map(scenario -> scenario.withTenants(4).withDays(4))
      .toList();

  private static Sweep sweep(List<Scenario> scenarios, int seeds, int threads) {
    return new Sweep(
        scenarios,
        share ->
            Candidates.NAMES.stream().map(name -> Candidates.named(name, share)).toList(),
        CostBand.defaults(),
        seeds,
        threads,
        PolicyRunner.PROMPT);
  }

  @Test
  void saysTheSameOnAnyNumberOfThreads() throws Exception {
    List<FamilyFigures> one = sweep(SMALL, 3, 1).run(false, () -> {});
    List<FamilyFigures> four = sweep(SMALL, 3, 4).run(false, () -> {});
    assertThat(four).isEqualTo(one).hasSize(TraceFamilies.NAMES.size());
  }

  @Test
  void endsWithTheSeedsThatAreThereWhenItIsStopped() throws Exception {
    Sweep sweep = sweep(SMALL, 50, 1);
    AtomicInteger runs = new AtomicInteger();
    int perSeed = SMALL.size() * Candidates.NAMES.size();
    List<FamilyFigures> families = sweep.run(false, () -> {
      if (runs.incrementAndGet() == perSeed + 5) {
        sweep.stop();
      }
    });
    assertThat(families).hasSize(SMALL.size());
    assertThat(families.getFirst().policies().getFirst().runs()).hasSize(1);
  }

  @Test
  void endsWithThePoliciesThatAreThereWhenItIsStoppedInItsFirstSeed() throws Exception {
    Sweep sweep = sweep(SMALL.subList(0, 1), 1, 1);
    AtomicInteger runs = new AtomicInteger();
    List<FamilyFigures> families = sweep.run(false, () -> {
      if (runs.incrementAndGet() == 2) {
        sweep.stop();
      }
    });
    assertThat(families.getFirst().policies().stream().map(PolicyFigures::name))
        .isEqualTo(Candidates.NAMES.subList(0, 2));
    assertThat(families.getFirst().policies().getFirst().runs()).hasSize(1);
  }

  @Test
  void findsTheBestRivalAmongThoseThatDidWellOnTheFirstSeeds() throws Exception {
    List<Scenario> one = List.of(SMALL.get(3).withTenants(2).withDays(2));
    Sweep sweep = sweep(one, 4, 2);
    AtomicInteger runs = new AtomicInteger();
    FamilyFigures family = sweep.run(true, runs::incrementAndGet).getFirst();
    assertThat(runs.get()).isEqualTo((int) sweep.units(true));
    PolicyFigures best = java.util.Objects.requireNonNull(family.bestInHindsight());
    assertThat(best.runs()).hasSize(4);
    assertThat(family.rivals())
        .allSatisfy(rival -> assertThat(rival.costRatio().mean())
            .isGreaterThanOrEqualTo(best.costRatio().mean()));
  }

  @Test
  void keepsTheCostBandWithinItsBoundForEveryTenantOfEveryFamilyThatIsMeasuredWell() {
    CostBand band = CostBand.defaults();
    for (Scenario scenario : TraceFamilies.all()) {
      if (scenario.gaps() != null || scenario.doubledWhileMoving()) {
        continue;
      }
      Scenario small = scenario.withTenants(6).withDays(10);
      Candidate candidate = Candidates.named(Candidates.COST_BAND, small.promotionShare());
      Trajectory trajectory =
          PolicySimulation.run(candidate, small.trace(1), small.promotionShare());
      for (int tenant = 0; tenant < trajectory.tenants().size(); tenant++) {
        RunFigures one = RunFigures.of(only(trajectory, tenant), band);
        assertThat(one.cost())
            .as(scenario.name() + " " + tenant)
            .isLessThanOrEqualTo(3 * one.optimum() + band.credit() + 1e-6);
      }
    }
  }

  @Test
  void movesLessWhereItsOwnMovesHaveProvedDear() {
    Scenario waves =
        slow(TraceFamilies.named("diurnal").orElseThrow().withTenants(6).withDays(10));
    Candidate given = Candidates.named(Candidates.COST_BAND, waves.promotionShare());
    Candidate measuring = new Candidate(
        "measuring",
        given.parameters(),
        given.decisions().withCostBand(CostBand.defaults().withMeasured(MoveCosts.NONE)),
        given.windows());
    int moves = moves(given, waves);
    assertThat(moves(measuring, waves)).isPositive().isLessThan(moves);
  }

  /** The same with moves that take twelve hours. */
  private static Scenario slow(Scenario scenario) {
    return new Scenario(
        scenario.name(),
        scenario.description(),
        scenario.promotionShare(),
        scenario.days(),
        scenario.step(),
        Duration.ofHours(12),
        scenario.doubledWhileMoving(),
        scenario.jumps(),
        scenario.gaps(),
        scenario.frozen(),
        scenario.groups());
  }

  private static int moves(Candidate candidate, Scenario scenario) {
    return PolicySimulation.run(candidate, scenario.trace(1), scenario.promotionShare())
        .moves()
        .size();
  }

  private static Trajectory only(Trajectory trajectory, int tenant) {
    return new Trajectory(
        List.of(trajectory.tenants().get(tenant)),
        trajectory.timeline(),
        new boolean[] {trajectory.startsDedicated()[tenant]},
        new double[][] {trajectory.sizes()[tenant]},
        new boolean[][] {trajectory.dedicated()[tenant]},
        trajectory.moves().stream()
            .filter(move -> move.tenant() == tenant)
            .map(move -> new Trajectory.Moved(
                0, move.step(), move.direction(), move.points(), move.decision(), false))
            .toList(),
        trajectory.meanPoints());
  }

  @Test
  void respectsCapsAndCooldownOfThePolicy() {
    Scenario growth = TraceFamilies.named("growth").orElseThrow().withTenants(10);
    Candidate free = Candidates.named(Candidates.HYSTERESIS, growth.promotionShare());
    Candidate capped =
        new Candidate("capped", free.parameters(), free.decisions().withLimits(new Limits(2, 1)));
    RunFigures without = RunFigures.of(run(free, growth), CostBand.defaults());
    RunFigures with = RunFigures.of(run(capped, growth), CostBand.defaults());
    assertThat(without.tiers().peakDedicated()).isGreaterThan(2);
    assertThat(with.tiers().peakDedicated()).isEqualTo(2);
    assertThat(run(free, growth).moves()).anyMatch(move -> move.direction() == Direction.PROMOTE);
  }

  private static Trajectory run(Candidate candidate, Scenario scenario) {
    return PolicySimulation.run(candidate, scenario.trace(1), scenario.promotionShare());
  }

  @Test
  void reactsToATenfoldStepWithinThreeEvaluations() {
    Candidate band = Candidates.named(Candidates.COST_BAND, 0.005);
    assertThat(Reaction.evaluations(band, 0.005, 0.6, 6)).hasValue(2);
    assertThat(Reaction.evaluations(band, 0.005, 0.5, 0.9)).isEmpty();
  }

  @Test
  void givesTheIntervalOfStudentsDistribution() {
    Estimate estimate = Estimate.of(new double[] {1, 2, 3, 4});
    assertThat(estimate.mean()).isEqualTo(2.5);
    assertThat(estimate.high() - 2.5).isCloseTo(3.182 * Math.sqrt(5 / 3.0 / 4), within(0.001));
    assertThat(Estimate.of(new double[] {7}).mean()).isEqualTo(7);
    assertThat(Estimate.of(new double[] {7}).hasInterval()).isFalse();
  }
}
