package io.tierkeeper.simulation.steps;

import io.tierkeeper.governance.TierState;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.simulation.steps.StepScenario.NoteRow;
import io.tierkeeper.simulation.steps.StepScenario.Observation;
import io.tierkeeper.simulation.steps.StepScenario.Step;
import io.tierkeeper.simulation.trace.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads steps that people write as YAML; docs/huf-note.md describes the fields. */
public final class StepFile {
  /** The file of the note's ten steps, in the build and in the checkout. */
  private static final String NOTE = "examples/scenarios/steps/huf-10-step.yaml";

  private static final List<String> TIERS =
      Arrays.stream(TierState.values()).map(TierState::label).toList();
  private static final int MAX_STEPS = 1_000;
  private static final double MAX_ODDS = 1_000;

  private StepFile() {}

  /** The note's ten steps. */
  public static StepScenario huf() {
    try (InputStream in = StepFile.class.getResourceAsStream("/" + NOTE)) {
      if (in == null) {
        throw new IllegalStateException(NOTE + " is missing from the build");
      }
      return parse(NOTE, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws UsageException naming file, line, field, value and what is allowed
   */
  public static StepScenario read(Path file) throws IOException {
    return parse(file.toString(), Files.readString(file));
  }

  /** Reads a text; {@code file} is its name in errors. */
  static StepScenario parse(String file, String text) {
    Fields fields = Fields.parse(file, text);
    String name = fields.text("name", "one word, in quotes where it looks like a number");
    String tenant = fields.text("tenant", "the tenant that the steps are about");
    if (tenant.equals(StepScenario.REST)) {
      throw fields.invalid("tenant", "is 'rest', which stands for all other tenants");
    }
    Fields start = fields.mapping("start");
    if (start == null) {
      throw fields.invalid("start", "is missing; allowed is {share, tier}, as in {share: 0.6}");
    }
    double share = start.number("share", 0.000001, 0.999999);
    List<Fields> later = fields.list("steps", true);
    fields.rejectOthers();
    if (later.size() > MAX_STEPS) {
      throw fields.invalid("steps", "are " + later.size() + "; allowed are 1 to " + MAX_STEPS);
    }
    List<Step> steps = new ArrayList<>();
    boolean tiers = start.has("tier");
    steps.add(step(
        start,
        tenant,
        tiers,
        new Observation.Contributions(Map.of(tenant, share, StepScenario.REST, 1 - share))));
    for (Fields each : later) {
      steps.add(
          step(each, tenant, tiers, new Observation.Odds(each.number("odds", 0.001, MAX_ODDS))));
    }
    return new StepScenario(name, tenant, steps);
  }

  /** In the note all tenants pass through the tiers together, so the rest has the tenant's tier. */
  private static Step step(Fields fields, String tenant, boolean tiers, Observation observed) {
    if (!tiers && fields.has("tier")) {
      throw fields.invalid(
          "tier",
          "is given here but not in start; allowed is a tier in start and in all steps, or in none");
    }
    NoteRow note = note(fields.mapping("note"));
    Map<String, TierState> tier = Map.of();
    if (tiers) {
      String label = fields.oneOf("tier", TIERS);
      TierState state = Arrays.stream(TierState.values())
          .filter(each -> each.label().equals(label))
          .findFirst()
          .orElseThrow();
      tier = Map.of(tenant, state, StepScenario.REST, state);
    }
    fields.rejectOthers();
    return new Step(observed, tier, note);
  }

  private static NoteRow note(@Nullable Fields fields) {
    if (fields == null) {
      return NoteRow.NONE;
    }
    NoteRow note = new NoteRow(
        noted(fields, "alphaStar"), noted(fields, "rhoPost"), noted(fields, "localCoherence"));
    fields.rejectOthers();
    return note;
  }

  private static @Nullable Double noted(Fields fields, String field) {
    return fields.has(field) ? fields.number(field, 0, 1) : null;
  }
}
