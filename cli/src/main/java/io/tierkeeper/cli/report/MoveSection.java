package io.tierkeeper.cli.report;

import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.GateValue;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.audit.history.MoveStory;
import io.tierkeeper.audit.history.MoveStory.At;
import io.tierkeeper.audit.history.MoveStory.Call;
import io.tierkeeper.audit.history.MoveStory.Milestone;
import io.tierkeeper.governance.decision.DecisionReason;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the report shows of one move.
 *
 * @param id of its section
 * @param outcome in a word or two
 * @param facts why, what was planned, who approved
 * @param gates the answers of the rules when it was planned
 * @param steps each call and milestone, with the times
 * @param omittedCalls calls without a row
 * @param end evidence, outcome, and what was left
 */
public record MoveSection(
    String id,
    Head head,
    Outcome outcome,
    List<Fact> facts,
    List<GateRow> gates,
    List<StepRow> steps,
    String omittedCalls,
    List<Fact> end) {

  /** Its row in the table of moves. */
  public record Head(
      String began,
      String tenant,
      String direction,
      String name,
      String points,
      String damped,
      String took,
      String approver) {}

  /** How it ended: {@code good}, {@code bad}, or neither. */
  public record Outcome(String words, String tone) {}

  /** @param tone {@code good}, {@code bad}, or neither */
  public record Fact(String label, List<String> sentences, String tone) {}

  /** The answer of a rule. */
  public record GateRow(String name, String current, String required, boolean met) {}

  /**
   * A call or a milestone.
   *
   * @param group the sentence of a step that begins here; empty within a step
   * @param milestone whether it is an event of the whole move
   */
  public record StepRow(
      String group,
      String time,
      String step,
      String what,
      String result,
      String took,
      boolean milestone,
      boolean bad) {}

  static MoveSection of(MoveStory story, int number, boolean several) {
    return new MoveSection(
        "move-" + number,
        head(story, several),
        new Outcome(outcome(story), tone(story.outcome())),
        facts(story),
        story.decision().map(at -> gates(at.data())).orElse(List.of()),
        steps(story),
        story.omittedCalls() == 0 ? "" : Written.count(story.omittedCalls()),
        end(story));
  }

  private static Head head(MoveStory story, boolean several) {
    return new Head(
        Written.time(story.first()),
        (several ? Written.collection(story.source()) + ": " : "") + Written.text(story.tenant()),
        Written.text(story.direction()),
        Written.text(story.name()),
        story
            .milestone(MoveEvent.STARTED)
            .map(at -> at.data().counts().get("points"))
            .or(() -> story.decision().map(at -> at.data().observation().points()))
            .map(Written::count)
            .orElse("-"),
        story
            .decision()
            .map(at -> Written.share(at.data().observation().dampedMass()))
            .orElse("-"),
        story.took().map(Written::duration).orElse("-"),
        story.approvals().isEmpty()
            ? "-"
            : Written.brief(story.approvals().getLast().data().by(), 60));
  }

  private static String outcome(MoveStory story) {
    String reason = Written.text(story.reason());
    return switch (story.outcome()) {
      case PLANNED -> "Planned";
      case RUNNING -> "Running";
      case STALLED -> "Stalled: " + reason;
      case ABORTED -> "Aborted: " + reason;
      case SUCCEEDED -> "Succeeded" + (reason.isEmpty() ? "" : ": " + reason);
    };
  }

  private static String tone(MoveStory.Outcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> "good";
      case STALLED -> "bad";
      case ABORTED, PLANNED, RUNNING -> "";
    };
  }

  // ---- why, plan, approval

  private static List<Fact> facts(MoveStory story) {
    List<Fact> facts = new ArrayList<>();
    facts.add(story
        .decision()
        .map(MoveSection::why)
        .orElse(fact(
            "Why", "The decision is not in these lines: the report or the trail begins later.")));
    facts.add(fact("Plan", plan(story)));
    facts.add(approval(story));
    return facts;
  }

  private static Fact why(At<DecisionData> at) {
    DecisionData data = at.data();
    DecisionData.Observation seen = data.observation();
    DecisionData.Verdict decision = data.decision();
    String sentence = Arrays.stream(DecisionReason.values())
        .filter(reason -> reason.label().equals(decision.reason()))
        .map(reason -> ": " + reason.sentence())
        .findFirst()
        .orElse(".");
    return new Fact(
        "Why",
        List.of(
            Written.text(decision.action()) + ", " + Written.text(decision.reason()) + sentence,
            "Damped share " + Written.share(seen.dampedMass()) + ", observed share "
                + Written.share(seen.observedMass()) + ", α* " + Written.share(seen.alphaStar())
                + ", penalty P(s) " + Written.number(seen.penalty()) + "; "
                + Written.count(seen.points()) + " of " + Written.count(seen.totalPoints())
                + " points, " + Written.count(seen.samples()) + " measurements.",
            "Decided " + Written.time(at.time()) + " (sequence " + at.sequence() + ") under policy "
                + Written.text(data.policy().name()) + "/" + data.policy().generation() + ", mode "
                + Written.text(data.mode()) + "."),
        "");
  }

  private static String plan(MoveStory story) {
    String tiers = story
        .decision()
        .map(at -> at.data().decision())
        .map(decision -> Written.text(decision.from()) + " to " + Written.text(decision.to())
            + (decision.planHash() == null ? "" : ", plan " + Written.text(decision.planHash())))
        .orElse(Written.text(story.direction()));
    return tiers + "; TierMove " + Written.text(story.name()) + ".";
  }

  private static Fact approval(MoveStory story) {
    if (!story.approvals().isEmpty()) {
      boolean late = story.milestones().stream()
          .filter(at -> at.data().event() == MoveEvent.STARTED)
          .findFirst()
          .filter(at -> at.sequence() < story.approvals().getFirst().sequence())
          .isPresent();
      List<String> sentences =
          new ArrayList<>(story.approvals().stream().map(MoveSection::approved).toList());
      if (late) {
        sentences.add("The approval was recorded after the move had started.");
      }
      return new Fact("Approval", List.copyOf(sentences), "");
    }
    boolean required = story
        .decision()
        .filter(at -> at.data().decision().outcome().equals("AwaitingApproval"))
        .isPresent();
    boolean unapproved = required && story.outcome() != MoveStory.Outcome.PLANNED;
    return new Fact(
        "Approval",
        List.of(
            !required
                ? story.decision().isPresent()
                    ? "Not required by the policy."
                    : "None in these lines."
                : unapproved
                    ? "Required, but these lines contain no approval of this move."
                    : "Required, and not given."),
        unapproved ? "bad" : "");
  }

  private static String approved(At<ApprovalData.Approval> at) {
    ApprovalData.Approval approval = at.data();
    String identity = "Authenticated".equals(approval.identity())
        ? "authenticated by the API server"
        : "claimed, not authenticated";
    return "Approved by " + Written.text(approval.by()) + " (" + identity + ") through "
        + Written.text(approval.door()) + " at " + Written.time(at.time()) + " (sequence "
        + at.sequence() + "), plan " + Written.text(approval.planHash())
        + (approval.note() == null ? "." : ": " + Written.text(approval.note()));
  }

  private static List<GateRow> gates(DecisionData data) {
    return data.gates().stream()
        .map(gate -> new GateRow(
            Written.text(gate.name()), value(gate.current()), value(gate.required()), gate.met()))
        .toList();
  }

  static String value(GateValue value) {
    return switch (value) {
      case GateValue.OfNumber(double number) -> Written.number(number);
      case GateValue.OfText(String text) -> Written.text(text);
    };
  }

  // ---- steps

  private record Row(Instant at, int order, StepRow row) {}

  private static List<StepRow> steps(MoveStory story) {
    List<Row> rows = new ArrayList<>();
    for (Call call : story.calls()) {
      Instant at = call.intended() == null ? call.done() : call.intended();
      if (at != null) {
        rows.add(new Row(at, 0, row(at, call)));
      }
    }
    for (At<Milestone> milestone : story.milestones()) {
      rows.add(new Row(milestone.time(), 1, row(milestone)));
    }
    for (At<RetentionData.Retention> change : story.retentions()) {
      rows.add(new Row(change.time(), 1, changed(change)));
    }
    rows.sort(Comparator.comparing(Row::at).thenComparing(Row::order));
    List<StepRow> steps = new ArrayList<>();
    String step = "";
    for (Row row : rows) {
      String next = row.row().step();
      steps.add(next.equals(step) || next.isEmpty() ? row.row() : grouped(row.row(), next));
      step = next.isEmpty() ? step : next;
    }
    return steps;
  }

  private static StepRow grouped(StepRow row, String step) {
    String sentence = Arrays.stream(MoveStep.values())
        .filter(each -> each.apiName().equals(step))
        .map(MoveStep::sentence)
        .findFirst()
        .orElse("");
    return new StepRow(
        step + (sentence.isEmpty() ? "" : ": " + sentence),
        row.time(),
        row.step(),
        row.what(),
        row.result(),
        row.took(),
        row.milestone(),
        row.bad());
  }

  private static StepRow row(Instant at, Call call) {
    String counts = Written.counts(call.counts());
    String answer = call.done() == null
        ? "no result in these lines"
        : Written.text(call.answer()) + (counts.isEmpty() ? "" : ": " + counts);
    return new StepRow(
        "",
        Written.clock(at),
        Written.text(call.step()),
        Written.text(call.name())
            + (call.details().isEmpty() ? "" : " (" + Written.text(call.details()) + ")")
            + (call.attempt() > 1 ? ", attempt " + call.attempt() : ""),
        answer,
        call.durationMs() == null ? "-" : Written.duration(Duration.ofMillis(call.durationMs())),
        false,
        call.failed());
  }

  private static StepRow row(At<Milestone> at) {
    Milestone milestone = at.data();
    String word = milestone.event().word();
    String counts = Written.counts(milestone.counts());
    String reason = Written.text(milestone.reason());
    boolean version = milestone.event() == MoveEvent.STARTED && !reason.isEmpty();
    return new StepRow(
        "",
        Written.clock(at.time()),
        Written.text(milestone.step()),
        word.substring(0, 1).toUpperCase(Locale.ROOT)
            + word.substring(1)
            + (version ? " by version " + reason : reason.isEmpty() ? "" : ": " + reason),
        counts,
        "",
        true,
        milestone.event() == MoveEvent.FAILED);
  }

  private static StepRow changed(At<RetentionData.Retention> at) {
    RetentionData.Retention change = at.data();
    return new StepRow(
        "",
        Written.clock(at.time()),
        "",
        "Retention changed: until " + Written.time(change.end()) + ", before until "
            + Written.time(change.formerEnd()) + ", by " + Written.text(change.by()),
        "",
        "",
        true,
        false);
  }

  // ---- evidence, outcome, rest

  private static List<Fact> end(MoveStory story) {
    return List.of(verification(story), result(story), left(story));
  }

  private static Fact verification(MoveStory story) {
    List<String> found = story.milestones().stream()
        .filter(at -> at.data().event() == MoveEvent.VERIFIED)
        .map(at -> Written.text(at.data().reason()) + " at " + Written.time(at.time())
            + " (sequence " + at.sequence() + "): " + Written.counts(at.data().counts()) + ".")
        .toList();
    boolean missing = found.isEmpty() && story.outcome() == MoveStory.Outcome.SUCCEEDED;
    return new Fact(
        "Verification",
        found.isEmpty()
            ? List.of(
                missing
                    ? "The move ended, but these lines contain no comparison of both copies."
                    : "Both copies have not been compared.")
            : found,
        missing ? "bad" : "");
  }

  private static Fact result(MoveStory story) {
    List<String> sentences = new ArrayList<>();
    sentences.add(outcome(story)
        + (story.ended() ? " at " + Written.time(story.last()) : "")
        + story.took().map(took -> " after " + Written.duration(took)).orElse("") + "."
        + Arrays.stream(StallReason.values())
            .filter(reason -> story.outcome() == MoveStory.Outcome.STALLED
                && reason.apiName().equals(story.reason()))
            .map(reason -> " " + reason.sentence())
            .findFirst()
            .orElse(""));
    if (story.failedCalls() > 0) {
      sentences.add(Written.count(story.failedCalls()) + " calls had an error.");
    }
    return new Fact("Outcome", sentences, tone(story.outcome()));
  }

  private static Fact left(MoveStory story) {
    List<String> sentences = new ArrayList<>();
    story
        .milestone(MoveEvent.RETAINED)
        .filter(at -> story.milestone(MoveEvent.CLEANED).isEmpty())
        .ifPresent(at -> sentences.add("The old copy, retained: "
            + (story.retentions().isEmpty()
                ? Written.text(at.data().reason())
                : "Until " + story.retentions().getLast().data().end())
            + ". These lines contain no deletion."));
    story
        .milestone(MoveEvent.CLEANED)
        .ifPresent(at -> sentences.add("The old copy is deleted"
            + (at.data().counts().isEmpty() ? "" : ": " + counts(at)) + "."));
    if (!story.keysLeft().isEmpty()) {
      sentences.add("Shard keys that the move created and did not delete: "
          + story.keysLeft().stream().map(Written::text).collect(Collectors.joining(", "))
          + (story.outcome() == MoveStory.Outcome.SUCCEEDED
                  && story.direction().equals("Promote")
                  && story.keysLeft().size() == 1
              ? ", which serves the tenant."
              : "."));
    }
    long open = story.calls().stream().filter(call -> call.done() == null).count();
    if (open > 0) {
      sentences.add("Announced calls without a result, as after a crash: " + open + ".");
    }
    long different = story
        .milestone(MoveEvent.FINISHED)
        .map(at -> at.data().counts().getOrDefault("difference", 0L))
        .orElse(0L);
    if (different != 0) {
      sentences.add("Difference in points at the end: " + Written.count(different) + ".");
    }
    if (sentences.isEmpty()) {
      sentences.add(
          story.ended() || story.outcome() == MoveStory.Outcome.PLANNED
              ? "Nothing, by these lines."
              : "The move has not ended in these lines.");
    }
    return fact("What was left", sentences);
  }

  private static String counts(At<Milestone> at) {
    return Written.counts(Map.copyOf(at.data().counts()));
  }

  private static Fact fact(String label, String sentence) {
    return fact(label, List.of(sentence));
  }

  private static Fact fact(String label, List<String> sentences) {
    return new Fact(label, List.copyOf(sentences), "");
  }
}
