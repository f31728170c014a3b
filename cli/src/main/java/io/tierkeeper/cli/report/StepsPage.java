package io.tierkeeper.cli.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.tierkeeper.cli.steps.StepOptions.Request;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.simulation.steps.StepResult;
import io.tierkeeper.simulation.steps.StepScenario;
import io.tierkeeper.simulation.steps.StepScenario.NoteRow;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Steps and their baselines as one page: inline SVG, no script, light and dark. {@code steps.jte} lays it out and escapes
 * its texts.
 */
public record StepsPage(Request request, StepsTables tables, List<Plot> plots) {

  /** The whole page. */
  public static String of(Request request) {
    StringOutput page = new StringOutput();
    TemplateEngine.createPrecompiled(ContentType.Html)
        .render(
            "steps.jte",
            new StepsPage(
                request,
                new StepsTables(request),
                List.of(
                    plot(request, "Share rho_post", StepResult.Row::rhoPost, NoteRow::rhoPost),
                    plot(request, "Damping alpha*", StepResult.Row::alphaStar, NoteRow::alphaStar),
                    plot(
                        request,
                        "Coherence C_local",
                        StepResult.Row::localCoherence,
                        NoteRow::localCoherence))),
            page);
    return page.toString();
  }

  public String title() {
    return request.ofNote() ? "The ten steps of the HUF note" : "Steps of " + request.source();
  }

  /** Ours and the note's over the steps, with the tiers behind. */
  private static Plot plot(
      Request request,
      String title,
      Function<StepResult.Row, @Nullable Double> ours,
      Function<NoteRow, @Nullable Double> note) {
    List<StepResult.Row> rows = request.comparison().run().steps();
    double[] steps = IntStream.range(0, rows.size()).asDoubleStream().toArray();
    double[] our = values(rows, ours);
    double[] noted = values(
        request.comparison().scenario().steps().stream()
            .map(StepScenario.Step::note)
            .toList(),
        note);
    double[] shown = DoubleStream.concat(Arrays.stream(our), Arrays.stream(noted))
        .filter(value -> !Double.isNaN(value))
        .toArray();
    double least = Arrays.stream(shown).min().orElse(0);
    double most = Arrays.stream(shown).max().orElse(1);
    double room = Math.max(0.002, (most - least) * 0.1);
    Plot plot = new Plot(
        title + " of " + request.comparison().scenario().tenant(),
        Axis.across("step", 0, rows.size() - 1),
        Axis.between(least - room, most + room),
        220);
    for (int i = 0; i < rows.size(); i++) {
      TierState tier = rows.get(i).tier();
      if (tier != TierState.FALLBACK) {
        plot.band(
            "tier",
            Math.max(0, i - 0.5),
            Math.min(rows.size() - 1, i + 0.5),
            "step " + i + ": " + tier.label());
      }
    }
    plot.bands("tier", "promoting, dedicated or demoting");
    if (request.comparison().scenario().noted()) {
      plot.line("best", steps, noted, "the note");
    }
    return plot.line("own", steps, our, "this run");
  }

  private static <T> double[] values(List<T> rows, Function<T, @Nullable Double> figure) {
    return rows.stream()
        .mapToDouble(row -> {
          Double value = figure.apply(row);
          return value == null ? Double.NaN : value;
        })
        .toArray();
  }
}
