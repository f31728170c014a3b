package io.tierkeeper.simulation;

import io.tierkeeper.governance.Coherence;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.Evaluator;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Regime;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The source note's ten steps, evaluated by this model next to the note's own numbers; governance model, section 6.
 *
 * <p>The regime {@code kb} and the rest of the collection pass through the tiers together. In each step the observed
 * odds of {@code kb} are its last damped odds times the factor that the note's columns imply.
 */
public final class ReferenceScenario {
  /** The regime whose share the note follows. */
  public static final String REGIME = "kb";

  private static final String REST = "rest";

  private static final List<NoteRow> NOTE = List.of(
      new NoteRow(TierState.FALLBACK, 1, null, .628, null),
      new NoteRow(TierState.FALLBACK, .8997, .48, .615, .990),
      new NoteRow(TierState.FALLBACK, .8990, .49, .602, .989),
      new NoteRow(TierState.FALLBACK, .9162, .48, .591, .987),
      new NoteRow(TierState.PROMOTING, .9429, .44, .583, .985),
      new NoteRow(TierState.DEDICATED, .9564, .54, .578, .993),
      new NoteRow(TierState.DEDICATED, .9301, .55, .570, .993),
      new NoteRow(TierState.DEDICATED, .9318, .54, .562, .992),
      new NoteRow(TierState.DEMOTING, .9535, .49, .556, .989),
      new NoteRow(TierState.FALLBACK, .9471, .48, .549, .991),
      new NoteRow(TierState.FALLBACK, .9554, .47, .543, .991));

  private static final NoteFigures FIGURES = new NoteFigures(
      -0.135,
      0.926,
      List.of(0.016, 0.020),
      "illustrative figures of the source note; C_local, C(H) and the comparisons follow from no formula in it");

  private ReferenceScenario() {}

  /**
   * One step, ours and the note's; what has no value before the first evaluation is null.
   *
   * @param step 0 to 10
   * @param tier the tier state
   * @param penalty P(s)
   * @param alphaStar alpha* of kb
   * @param rhoPost y' of kb
   * @param localCoherence C_local of kb
   * @param noteAlphaStar alpha* in the note's table
   * @param noteRhoPost rho_post in the note's table
   * @param noteLocalCoherence C_local in the note's table, illustrative
   */
  public record Step(
      int step,
      TierState tier,
      double penalty,
      @Nullable Double alphaStar,
      double rhoPost,
      @Nullable Double localCoherence,
      @Nullable Double noteAlphaStar,
      double noteRhoPost,
      @Nullable Double noteLocalCoherence) {}

  /**
   * What the note says about its run as a whole.
   *
   * @param erosion loss of share of kb, as a fraction
   * @param cumulativeCoherence C(H), illustrative
   * @param comparisons the two gains that the note claims over its alternatives, illustrative, as fractions
   * @param label how to label these figures wherever they are shown
   */
  public record NoteFigures(
      double erosion, double cumulativeCoherence, List<Double> comparisons, String label) {}

  /**
   * The whole run.
   *
   * @param steps eleven steps, the first being the start
   * @param cumulativeCoherence the product of C(H) over the ten evaluations
   * @param erosion y'_10 / y'_0 - 1 of kb
   * @param note the note's figures for the whole run
   */
  public record Run(
      List<Step> steps, double cumulativeCoherence, double erosion, NoteFigures note) {}

  /** Runs it with the default parameters. */
  public static Run run() {
    return run(GovernanceParameters.defaults());
  }

  /** Runs it with other parameters, for instance the literal objective. */
  public static Run run(GovernanceParameters parameters) {
    Evaluator evaluator = new Evaluator();
    double start = NOTE.get(0).rhoPost();
    double kb = start;
    Window kbWindow = Window.empty().append(kb, parameters.window());
    Window restWindow = Window.empty().append(1 - kb, parameters.window());
    List<Step> steps = new ArrayList<>();
    steps.add(step(0, NOTE.get(0), parameters, null, kb, null));
    double[] coherences = new double[NOTE.size() - 1];
    for (int i = 1; i < NOTE.size(); i++) {
      NoteRow row = NOTE.get(i);
      double observedOdds = kb / (1 - kb) * row.factor();
      Evaluation evaluation = evaluator.evaluate(
          List.of(
              new Regime(REGIME, observedOdds, row.tier(), kb, kbWindow),
              new Regime(REST, 1, row.tier(), 1 - kb, restWindow)),
          parameters);
      RegimeEvaluation ours = evaluation.regimes().get(0);
      kb = ours.dampedMass();
      kbWindow = kbWindow.append(kb, parameters.window());
      restWindow = restWindow.append(evaluation.regimes().get(1).dampedMass(), parameters.window());
      coherences[i - 1] = evaluation.summary().coherence();
      steps.add(step(i, row, parameters, ours.alphaStar(), kb, ours.localCoherence()));
    }
    return new Run(
        List.copyOf(steps),
        Coherence.cumulative(coherences),
        Coherence.erosion(start, kb),
        FIGURES);
  }

  private static Step step(
      int number,
      NoteRow row,
      GovernanceParameters parameters,
      @Nullable Double alphaStar,
      double rhoPost,
      @Nullable Double localCoherence) {
    return new Step(
        number,
        row.tier(),
        parameters.penalties().of(row.tier()),
        alphaStar,
        rhoPost,
        localCoherence,
        row.alphaStar(),
        row.rhoPost(),
        row.localCoherence());
  }

  private record NoteRow(
      TierState tier,
      double factor,
      @Nullable Double alphaStar,
      double rhoPost,
      @Nullable Double localCoherence) {}
}
