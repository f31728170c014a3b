package io.tierkeeper.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.cli.report.FigureTable;
import io.tierkeeper.cli.report.StepsTables;
import io.tierkeeper.cli.steps.StepOptions.Request;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.simulation.steps.HufNote;
import io.tierkeeper.simulation.steps.StepComparison;
import io.tierkeeper.simulation.steps.StepComparison.Baseline;
import io.tierkeeper.simulation.steps.StepLimit;
import io.tierkeeper.simulation.steps.StepResult;
import io.tierkeeper.simulation.steps.StepScenario.NoteRow;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints steps, the note's next to ours, and what the baselines would have given. */
record HufSteps(Request request) {
  static final String NAME = "huf-10-step";

  private StepComparison comparison() {
    return request.comparison();
  }

  void table(PrintWriter out) {
    StepsTables tables = new StepsTables(request);
    out.println(tables.heading());
    tables.settings().forEach(out::println);
    print(out, tables.steps());
    if (!tables.largest().isEmpty()) {
      out.println("  " + tables.largest());
    }
    if (request.ofNote()) {
      out.println("  " + HufNote.FITTED);
    }
    out.println();
    print(out, tables.whole());
    out.println();
    out.println("Baselines, computed by the same arithmetic:");
    print(out, tables.baselines());
    out.println("  " + tables.baselinesExplained());
    if (request.ofNote()) {
      out.println("  * " + HufNote.LABEL + ".");
      out.println();
      out.println("Where the note contradicts itself:");
      request
          .contradictions()
          .forEach(each -> out.println("  " + each.subject() + ": " + each.text()));
      out.println();
      out.println("Note and product, statement by statement: docs/source-notes.md");
    }
    if (!request.limits().isEmpty()) {
      out.println();
      tables.limits().forEach(out::println);
    }
  }

  private static void print(PrintWriter out, FigureTable figures) {
    Table table = new Table(figures.headings().stream()
        .map(heading -> heading.toUpperCase(Locale.ROOT))
        .toArray(String[]::new));
    figures.rows().forEach(row -> table.row(row.toArray(String[]::new)));
    table.print(out, "  ");
  }

  /** The result for programs. */
  ObjectNode json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("scenario", comparison().scenario().name());
    root.put("tenant", comparison().scenario().tenant());
    parameters(root.putObject("parameters"));
    ArrayNode steps = root.putArray("steps");
    List<StepResult.Row> rows = comparison().run().steps();
    for (int i = 0; i < rows.size(); i++) {
      step(
          steps.addObject(),
          i,
          rows.get(i),
          comparison().scenario().steps().get(i).note());
    }
    root.put("cumulativeCoherence", comparison().run().cumulativeCoherence());
    root.put("erosion", comparison().run().erosion());
    ArrayNode largest = root.putArray("largestDifferences");
    comparison()
        .largestDifferences()
        .forEach(each -> largest
            .addObject()
            .put("column", each.column())
            .put("difference", each.difference())
            .put("step", each.step()));
    ArrayNode baselines = root.putArray("baselines");
    comparison().baselines().forEach(each -> baseline(baselines.addObject(), each));
    if (request.ofNote()) {
      note(root);
    }
    ArrayNode limits = root.putArray("limits");
    for (StepLimit limit : request.limits()) {
      limits
          .addObject()
          .put("figure", limit.figure().key())
          .put("value", limit.figure().of(comparison().run()))
          .put("atLeast", limit.least())
          .put("met", limit.met(comparison().run()));
    }
    return root;
  }

  private void parameters(ObjectNode node) {
    GovernanceParameters p = comparison().setting().parameters();
    ObjectNode damping = node.putObject("damping")
        .put("objective", p.objective().name().toLowerCase(Locale.ROOT))
        .put("varianceWeight", p.varianceWeight())
        .put("penaltyWeight", p.penaltyWeight())
        .put("coherenceWeight", p.coherenceWeight())
        .put("trackingWeight", p.trackingWeight())
        .put("window", p.window());
    damping
        .putObject("penalties")
        .put("fallback", p.penalties().fallback())
        .put("dedicated", p.penalties().dedicated())
        .put("promoting", p.penalties().promoting())
        .put("demoting", p.penalties().demoting());
    node.putObject("promote").put("aboveShare", comparison().setting().aboveShare());
    node.putObject("demote").put("belowShare", comparison().setting().belowShare());
    node.put(
        "tiersByThreshold",
        comparison().setting().byThreshold() || !comparison().scenario().tiersGiven());
  }

  private static void step(ObjectNode node, int number, StepResult.Row row, NoteRow noted) {
    node.put("step", number)
        .put("tier", row.tier().label())
        .put("penalty", row.penalty())
        .put("alphaStar", row.alphaStar())
        .put("rhoPost", row.rhoPost())
        .put("localCoherence", row.localCoherence())
        .put("coherence", row.coherence());
    node.putObject("note")
        .put("alphaStar", noted.alphaStar())
        .put("rhoPost", noted.rhoPost())
        .put("localCoherenceIllustrative", noted.localCoherence());
    node.putObject("difference")
        .put("alphaStar", minus(row.alphaStar(), noted.alphaStar()))
        .put("rhoPost", minus(row.rhoPost(), noted.rhoPost()))
        .put("localCoherence", minus(row.localCoherence(), noted.localCoherence()));
  }

  private void baseline(ObjectNode node, Baseline baseline) {
    node.put("name", baseline.alternative().key());
    figures(node, baseline.own());
    figures(node.putObject("sameObservations"), baseline.sameObservations());
    if (request.ofNote()) {
      HufNote.claim(baseline.alternative())
          .ifPresent(claim -> node.putObject("note")
              .put("gainIllustrative", claim.gain())
              .put("words", claim.words()));
    }
  }

  private void figures(ObjectNode node, StepResult result) {
    double gain = comparison().gain(result);
    node.put("cumulativeCoherence", result.cumulativeCoherence())
        .put("erosion", result.erosion())
        .put("gain", Double.isNaN(gain) ? null : (Double) gain);
  }

  private void note(ObjectNode root) {
    ObjectNode note = root.putObject("note");
    note.put("erosion", HufNote.EROSION);
    note.put("erosionUnderDemotion", HufNote.EROSION_UNDER_DEMOTION);
    note.put("cumulativeCoherenceIllustrative", HufNote.COHERENCE);
    note.put("fallbackAlphaStar", HufNote.FALLBACK_ALPHA);
    ArrayNode comparisons = note.putArray("comparisonsIllustrative");
    HufNote.comparisons().forEach(comparisons::add);
    note.put("label", HufNote.LABEL);
    note.put("fitted", HufNote.FITTED);
    ArrayNode contradictions = note.putArray("contradictions");
    request
        .contradictions()
        .forEach(each ->
            contradictions.addObject().put("subject", each.subject()).put("text", each.text()));
  }

  void csv(PrintWriter out) {
    List<List<@Nullable Object>> cells = new ArrayList<>();
    List<StepResult.Row> rows = comparison().run().steps();
    for (int i = 0; i < rows.size(); i++) {
      StepResult.Row row = rows.get(i);
      NoteRow noted = comparison().scenario().steps().get(i).note();
      cells.add(Arrays.asList(
          i,
          row.tier().label(),
          row.penalty(),
          row.alphaStar(),
          row.rhoPost(),
          row.localCoherence(),
          noted.alphaStar(),
          noted.rhoPost(),
          noted.localCoherence(),
          minus(row.alphaStar(), noted.alphaStar()),
          minus(row.rhoPost(), noted.rhoPost()),
          minus(row.localCoherence(), noted.localCoherence())));
    }
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
            "noteLocalCoherenceIllustrative",
            "differenceAlphaStar",
            "differenceRhoPost",
            "differenceLocalCoherence"),
        cells);
  }

  private static @Nullable Double minus(@Nullable Double ours, @Nullable Double note) {
    return ours == null || note == null ? null : ours - note;
  }
}
