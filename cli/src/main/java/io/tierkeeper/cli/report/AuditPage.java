package io.tierkeeper.cli.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.WriterOutput;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.SignatureCounts;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.MoveStory;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.cli.report.AuditReading.Decided;
import io.tierkeeper.cli.report.AuditReading.Period;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Audit trails as one page: inline SVG, no script, light and dark, and fit for printing. {@code audit.jte} lays it out and
 * escapes its texts.
 *
 * @param made when, and by which version
 * @param scope what of the trails it shows; empty for all
 * @param chains the state of each trail
 * @param figures the summary
 * @param masses how they changed in each collection
 * @param charts of tenants that moved
 */
public record AuditPage(
    String made,
    String scope,
    List<Chain> chains,
    List<Figure> figures,
    List<MassSection> masses,
    List<Plot> charts,
    List<MoveSection> moves,
    List<DecisionRow> decisions,
    List<EventRow> events,
    Omitted omitted) {
  private static final int MAX_UNMET = 300;

  /**
   * The state of a trail.
   *
   * @param fault the first bad line; empty of an intact chain
   * @param signed whether the signature of a checkpoint was verified
   */
  public record Chain(
      String collection, String fault, boolean signed, List<MoveSection.Fact> facts) {}

  /** @param tone {@code good}, {@code bad}, or neither */
  public record Figure(String label, String value, String tone) {}

  /** @param move the section of the move that it planned; empty where there is none */
  public record DecisionRow(
      String time,
      String tenant,
      String decision,
      String tiers,
      Numbers numbers,
      String unmet,
      String move) {}

  /** What a decision saw. */
  public record Numbers(
      String points, String observed, String damped, String alphaStar, String penalty) {}

  /** Something that happened to a collection. */
  public record EventRow(String time, String collection, String kind, String text, boolean bad) {}

  /** What is only counted. */
  public record Omitted(int moves, int charts, long decisions, long events) {}

  /**
   * The page of some trails.
   *
   * @param trails in any order
   * @param made when
   * @param version that made it
   */
  public static AuditPage of(
      List<CheckedTrail> trails, AuditScope scope, Instant made, String version)
      throws IOException {
    List<CheckedTrail> inOrder = trails.stream()
        .sorted(Comparator.comparingLong(trail -> trail.report().firstSequence()))
        .toList();
    AuditReading reading = new AuditReading(scope);
    Map<CheckedTrail, Lines> lines = new HashMap<>();
    for (CheckedTrail trail : inOrder) {
      Lines of = new Lines();
      trail.read(line -> {
        of.take(line);
        reading.take(line);
      });
      lines.put(trail, of);
    }
    List<MoveStory> stories = reading.stories().stories();
    TenantCharts charts = new TenantCharts(scope, stories);
    for (CheckedTrail trail : inOrder) {
      trail.read(charts::take);
    }
    boolean several = lines.values().stream().map(of -> of.source).distinct().count() > 1;
    List<MoveSection> moves = new ArrayList<>();
    for (MoveStory story : stories) {
      moves.add(MoveSection.of(story, moves.size() + 1, several));
    }
    return new AuditPage(
        Written.time(made) + " by tierkeeper " + version,
        scope.sentence(),
        inOrder.stream()
            .map(trail -> chain(trail, lines.getOrDefault(trail, new Lines())))
            .toList(),
        figures(reading),
        reading.masses(),
        charts.plots(several),
        moves,
        reading.decisions().stream().map(at -> row(at, stories, several)).toList(),
        reading.events().stream()
            .map(at -> new EventRow(
                Written.time(at.time()),
                Written.collection(at.source()),
                at.kind(),
                at.text(),
                at.bad()))
            .toList(),
        new Omitted(
            reading.stories().omitted(),
            charts.omitted(),
            reading.count(AuditType.DECISION) - reading.decisions().size(),
            reading.happened() - reading.events().size()));
  }

  /** What all good lines of a trail, also those outside of the scope, have in common. */
  private static final class Lines {
    private String source = "";
    private @Nullable Period period;

    void take(AuditLine line) {
      source = line.source();
      period = new Period(period == null ? line.time() : period.first(), line.time());
    }
  }

  // ---- the chain

  private static Chain chain(CheckedTrail trail, Lines lines) {
    AuditReport report = trail.report();
    List<MoveSection.Fact> facts = new ArrayList<>();
    facts.add(fact(
        "Good lines",
        Written.count(report.lines())
            + (report.lines() == 0
                ? ""
                : ", sequence " + report.firstSequence() + " to "
                    + report.head().sequence())));
    if (report.firstSequence() > 1) {
      facts.add(fact(
          "Beginning",
          "Verified from sequence " + report.firstSequence()
              + "; the lines before it were removed or are in other files."));
    }
    if (lines.period != null) {
      facts.add(fact(
          "Period",
          Written.time(lines.period.first()) + " to " + Written.time(lines.period.last())));
    }
    facts.add(signatures(report));
    if (report.lines() > 0) {
      facts.add(fact("Head", report.head().headHash()));
    }
    facts.add(fact(
        "Files",
        trail.files().stream()
            .map(file -> Written.text(name(file)))
            .collect(Collectors.joining(", "))));
    AuditFault fault = report.fault();
    return new Chain(
        lines.source.isEmpty() ? name(trail.files().getFirst()) : Written.collection(lines.source),
        fault == null
            ? ""
            : Written.text(name(fault.file())) + ", line " + fault.line() + ", byte "
                + fault.offset() + ": "
                + fault.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": "
                + Written.text(fault.sentence()) + ".",
        report.signatures().verified() > 0,
        facts);
  }

  private static MoveSection.Fact signatures(AuditReport report) {
    SignatureCounts counts = report.signatures();
    if (counts.verified() + counts.unchecked() + counts.unsigned() == 0) {
      return fact("Signatures", "None: these lines contain no checkpoint.");
    }
    return fact(
        "Signatures",
        Written.count(counts.verified()) + " checkpoints with a verified signature, "
            + Written.count(counts.unchecked()) + " with one that was not verified"
            + (counts.unchecked() > 0 ? " (no --public-key)" : "") + ", "
            + Written.count(counts.unsigned()) + " without"
            + (counts.verified() > 0
                ? "; " + Written.count(report.behindSignature())
                    + " lines follow the last verified one"
                : "")
            + ".");
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }

  private static MoveSection.Fact fact(String label, String sentence) {
    return new MoveSection.Fact(label, List.of(sentence), "");
  }

  // ---- the summary

  private static List<Figure> figures(AuditReading reading) {
    List<Figure> figures = new ArrayList<>();
    figure(figures, "Moves succeeded", count(reading, MoveStory.Outcome.SUCCEEDED), "");
    figure(figures, "Moves aborted", count(reading, MoveStory.Outcome.ABORTED), "");
    figure(figures, "Moves stalled now", count(reading, MoveStory.Outcome.STALLED), "bad");
    figure(figures, "Moves running", count(reading, MoveStory.Outcome.RUNNING), "");
    figure(figures, "Plans not started", count(reading, MoveStory.Outcome.PLANNED), "");
    figure(figures, "Approvals", reading.count(AuditType.APPROVAL), "");
    figure(figures, "Decisions", reading.count(AuditType.DECISION), "");
    figure(figures, "Decisions to move", reading.changes(), "");
    figure(figures, "Measurements", reading.count(AuditType.MEASUREMENT), "");
    figure(figures, "Stalls", reading.stalls(), "bad");
    figure(figures, "Calls with an error", reading.failedCalls(), "bad");
    figure(figures, "Gaps", reading.gaps(), "bad");
    figure(figures, "Unreadable lines", reading.unreadable(), "bad");
    return figures;
  }

  private static long count(AuditReading reading, MoveStory.Outcome outcome) {
    return reading.stories().count(outcome);
  }

  private static void figure(List<Figure> figures, String label, long value, String tone) {
    figures.add(new Figure(label, Written.count(value), value == 0 ? "" : tone));
  }

  // ---- decisions

  private static DecisionRow row(Decided at, List<MoveStory> stories, boolean several) {
    DecisionData data = at.data();
    DecisionData.Verdict verdict = data.decision();
    DecisionData.Observation seen = data.observation();
    int move = -1;
    for (int i = 0; i < stories.size() && verdict.move() != null; i++) {
      MoveStory story = stories.get(i);
      if (story.source().equals(at.source())
          && story.name().equals(verdict.move())
          && !story.first().isAfter(at.time())) {
        move = i;
      }
    }
    String unmet = data.gates().stream()
        .filter(gate -> !gate.met())
        .map(gate -> Written.text(gate.name()) + " " + MoveSection.value(gate.current())
            + " (required " + MoveSection.value(gate.required()) + ")")
        .collect(Collectors.joining(", "));
    return new DecisionRow(
        Written.time(at.time()),
        (several ? Written.collection(at.source()) + ": " : "") + Written.text(at.tenant()),
        Written.text(verdict.action()) + ", " + Written.text(verdict.reason()),
        verdict.from().equals(verdict.to())
            ? Written.text(verdict.from())
            : Written.text(verdict.from()) + " to " + Written.text(verdict.to()),
        new Numbers(
            Written.count(seen.points()),
            Written.share(seen.observedMass()),
            Written.share(seen.dampedMass()),
            Written.share(seen.alphaStar()),
            Written.number(seen.penalty())),
        Written.brief(unmet, MAX_UNMET),
        move < 0 ? "" : "move-" + (move + 1));
  }

  // ---- the page

  /** Whether every chain is intact. */
  public boolean intact() {
    return chains.stream().allMatch(chain -> chain.fault().isEmpty());
  }

  /** Whether every trail has a checkpoint whose signature was verified. */
  public boolean signed() {
    return chains.stream().allMatch(Chain::signed);
  }

  public String title() {
    return "Audit report of "
        + chains.stream().map(Chain::collection).distinct().collect(Collectors.joining(", "));
  }

  /** Writes the page as HTML that is XML as well, without keeping it. */
  public void write(Writer out) {
    TemplateEngine.createPrecompiled(ContentType.Html)
        .render("audit.jte", this, new WriterOutput(out));
  }
}
