package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.simulation.ReferenceScenario.Run;
import io.tierkeeper.simulation.ReferenceScenario.Step;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints the ten steps of the HUF note next to ours. */
final class HufSteps {
  static final String NAME = "huf-10-step";

  private HufSteps() {}

  static void table(PrintWriter out, Run run) {
    out.println("Regime kb over the note's ten steps: ours, the note's, and the difference.");
    Table table = new Table(
        "STEP",
        "TIER",
        "P",
        "ALPHA*",
        "NOTE",
        "DIFF",
        "RHO_POST",
        "NOTE",
        "DIFF",
        "C_LOCAL",
        "NOTE*");
    for (Step step : run.steps()) {
      table.row(
          Integer.toString(step.step()),
          step.tier().label(),
          number(step.penalty(), 2),
          number(step.alphaStar(), 4),
          number(step.noteAlphaStar(), 2),
          difference(step.alphaStar(), step.noteAlphaStar()),
          number(step.rhoPost(), 4),
          number(step.noteRhoPost(), 3),
          difference(step.rhoPost(), step.noteRhoPost()),
          number(step.localCoherence(), 4),
          number(step.noteLocalCoherence(), 3));
    }
    table.print(out, "  ");
    out.println();
    out.println("  erosion of kb          " + percent(run.erosion()) + "   note "
        + percent(run.note().erosion()));
    out.println("  cumulative coherence    " + number(run.cumulativeCoherence(), 3) + "   note* "
        + number(run.note().cumulativeCoherence(), 3));
    out.println("  note's gains over its alternatives* "
        + String.join(
            ", ", run.note().comparisons().stream().map(HufSteps::percent).toList()));
    out.println("  * " + run.note().label() + ".");
  }

  static void json(PrintWriter out, Run run) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("scenario", NAME);
    ArrayNode steps = root.putArray("steps");
    for (Step step : run.steps()) {
      ObjectNode node = steps.addObject();
      node.put("step", step.step());
      node.put("tier", step.tier().label());
      node.put("penalty", step.penalty());
      node.put("alphaStar", step.alphaStar());
      node.put("rhoPost", step.rhoPost());
      node.put("localCoherence", step.localCoherence());
      ObjectNode note = node.putObject("note");
      note.put("alphaStar", step.noteAlphaStar());
      note.put("rhoPost", step.noteRhoPost());
      note.put("localCoherenceIllustrative", step.noteLocalCoherence());
    }
    root.put("cumulativeCoherence", run.cumulativeCoherence());
    root.put("erosion", run.erosion());
    ObjectNode note = root.putObject("note");
    note.put("erosion", run.note().erosion());
    note.put("cumulativeCoherenceIllustrative", run.note().cumulativeCoherence());
    ArrayNode comparisons = note.putArray("comparisonsIllustrative");
    run.note().comparisons().forEach(comparisons::add);
    note.put("label", run.note().label());
    out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root));
  }

  static void csv(PrintWriter out, Run run) {
    Csv.rows(
        out,
        List.of(
            "step",
            "tier",
            "penalty",
            "alphaStar",
            "rhoPost",
            "localCoherence",
            "noteAlphaStar",
            "noteRhoPost",
            "noteLocalCoherenceIllustrative"),
        run.steps().stream()
            .map(step -> Arrays.asList(
                step.step(),
                step.tier().label(),
                step.penalty(),
                step.alphaStar(),
                step.rhoPost(),
                step.localCoherence(),
                step.noteAlphaStar(),
                step.noteRhoPost(),
                step.noteLocalCoherence()))
            .toList());
  }

  private static String number(@Nullable Double value, int decimals) {
    return value == null ? "–" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String difference(@Nullable Double ours, @Nullable Double note) {
    return ours == null || note == null ? "–" : String.format(Locale.ROOT, "%+.4f", ours - note);
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%+.1f %%", fraction * 100).replace('-', '−');
  }
}
