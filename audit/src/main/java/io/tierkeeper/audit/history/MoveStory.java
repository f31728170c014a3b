package io.tierkeeper.audit.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.RetentionData;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a trail records of one move: the decision that planned it, approvals, calls, milestones, changes of the retention and outcome. Of a move with more
 * than {@link #MAX_CALLS} calls the later ones are only counted.
 */
public final class MoveStory {

  /** Calls that are kept of a move. */
  public static final int MAX_CALLS = 150;

  private static final int MAX_MILESTONES = 100;
  private static final int MAX_APPROVALS = 10;
  private static final int MAX_RETENTIONS = 50;
  private static final int MAX_KEYS = 50;
  private static final int MAX_TEXT = 300;

  /** How far a move has come. */
  public enum Outcome {
    /** A plan exists, and nothing was done. */
    PLANNED,
    RUNNING,
    /** It waits for a manual intervention. */
    STALLED,
    ABORTED,
    SUCCEEDED
  }

  /** A line that was understood. */
  public record At<T>(Instant time, long sequence, T data) {}

  /**
   * One call to Qdrant.
   *
   * @param details the other fields of the request, such as {@code key acme}
   * @param intended when the call was announced; null where the trail begins later
   * @param done when its result was recorded; null where there is none, as after a crash
   * @param answer {@code ok}, or the error; empty without a result
   */
  public record Call(
      String step,
      int attempt,
      String name,
      String details,
      @Nullable Instant intended,
      @Nullable Instant done,
      String answer,
      @Nullable Long durationMs,
      Map<String, Long> counts) {

    /** Whether the trail has a result, and that is no success. */
    public boolean failed() {
      return done != null && !answer.equals("ok");
    }

    /** Whether a line reports the same call. */
    private boolean announces(MoveData result) {
      return done == null
          && attempt == result.attempt()
          && step.equals(Objects.requireNonNullElse(result.step(), ""))
          && name.equals(result.call())
          && details.equals(detailsOf(result));
    }
  }

  /** An event of the whole move. */
  public record Milestone(
      MoveEvent event, String step, int attempt, String reason, Map<String, Long> counts) {}

  private final String source;
  private final String name;
  private String tenant;
  private String direction = "";
  private String uid = "";
  private @Nullable At<DecisionData> decision;
  private final List<At<ApprovalData.Approval>> approvals = new ArrayList<>();
  private final List<At<RetentionData.Retention>> retentions = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<At<Milestone>> milestones = new ArrayList<>();
  private final SequencedSet<String> keys = new LinkedHashSet<>();
  private long omittedCalls;
  private long failedCalls;
  private Outcome outcome = Outcome.PLANNED;
  private String reason = "";
  private final Instant first;
  private Instant last;

  MoveStory(String source, String name, String tenant, Instant first) {
    this.source = source;
    this.name = name;
    this.tenant = tenant;
    this.first = first;
    last = first;
  }

  // ---- what follows it

  /** Whether a line about a TierMove with this uid is about this one. */
  boolean isOf(String otherUid) {
    return uid.isEmpty() || otherUid.isEmpty() || uid.equals(otherUid);
  }

  void decided(AuditLine line, DecisionData data) {
    decision = new At<>(line.time(), line.sequence(), data);
    direction = data.decision().action();
    last = line.time();
  }

  void approved(AuditLine line, ApprovalData data) {
    uid = data.object().uid();
    last = line.time();
    if (approvals.size() < MAX_APPROVALS) {
      approvals.add(new At<>(line.time(), line.sequence(), data.approval()));
    }
  }

  void retentionChanged(AuditLine line, RetentionData data) {
    uid = data.object().uid();
    tenant = data.retention().tenant();
    last = line.time();
    if (retentions.size() < MAX_RETENTIONS) {
      retentions.add(new At<>(line.time(), line.sequence(), data.retention()));
    }
  }

  void happened(AuditLine line, MoveData data) {
    uid = data.object().uid();
    tenant = data.tenant();
    direction = data.direction();
    last = line.time();
    switch (data.event()) {
      case STEP_INTENDED -> intended(line.time(), data);
      case STEP_DONE -> done(line.time(), data);
      case FINISHED -> milestone(line, data, Outcome.SUCCEEDED);
      case ABORTED -> milestone(line, data, Outcome.ABORTED);
      case FAILED -> milestone(line, data, Outcome.STALLED);
      case STARTED, PROGRESS, VERIFIED, CUTOVER -> milestone(line, data, Outcome.RUNNING);
      // Those may come after the end of a move.
      case PLANNED, RETAINED, CLEANED, OTHER -> milestone(line, data, outcome);
    }
  }

  private void intended(Instant time, MoveData data) {
    running();
    String key = data.request() == null ? "" : data.request().path("key").asText();
    if (data.call().equals("CreateKey") && keys.size() < MAX_KEYS) {
      keys.add(key);
    }
    keep(new Call(
        Objects.requireNonNullElse(data.step(), ""),
        data.attempt(),
        data.call(),
        detailsOf(data),
        time,
        null,
        "",
        null,
        Map.of()));
  }

  private void done(Instant time, MoveData data) {
    running();
    String answer = cut(
        data.answer() == null
            ? ""
            : data.answer().path("result").asText(data.answer().toString()));
    boolean failed = !answer.equals("ok");
    failedCalls += failed ? 1 : 0;
    if (data.call().equals("DeleteKey") && !failed && data.request() != null) {
      keys.remove(data.request().path("key").asText());
    }
    Instant intended = null;
    int at = -1;
    for (int i = calls.size() - 1; i >= 0 && at < 0; i--) {
      if (calls.get(i).announces(data)) {
        at = i;
        intended = calls.get(i).intended();
      }
    }
    Call call = new Call(
        Objects.requireNonNullElse(data.step(), ""),
        data.attempt(),
        data.call(),
        detailsOf(data),
        intended,
        time,
        answer,
        data.durationMs(),
        data.counts());
    if (at >= 0) {
      calls.set(at, call);
    } else if (omittedCalls == 0) {
      keep(call);
    }
  }

  private void keep(Call call) {
    if (calls.size() < MAX_CALLS) {
      calls.add(call);
    } else {
      omittedCalls++;
    }
  }

  /** A stalled move that calls Qdrant again continues. */
  private void running() {
    if (outcome == Outcome.PLANNED || outcome == Outcome.STALLED) {
      outcome = Outcome.RUNNING;
      reason = "";
    }
  }

  private void milestone(AuditLine line, MoveData data, Outcome then) {
    String why = cut(data.answer() == null ? "" : data.answer().path("reason").asText());
    if (then != outcome || then == Outcome.STALLED) {
      outcome = then;
      reason = then == Outcome.RUNNING ? "" : why;
    }
    if (milestones.size() < MAX_MILESTONES) {
      milestones.add(new At<>(
          line.time(),
          line.sequence(),
          new Milestone(
              data.event(),
              Objects.requireNonNullElse(data.step(), ""),
              data.attempt(),
              why,
              data.counts())));
    }
  }

  private static String detailsOf(MoveData data) {
    JsonNode request = data.request();
    return request == null
        ? ""
        : cut(request.properties().stream()
            .filter(field -> !field.getKey().equals("call"))
            .map(field -> field.getKey() + " "
                + (field.getValue().isTextual()
                    ? field.getValue().asText()
                    : field.getValue().toString()))
            .collect(Collectors.joining(", ")));
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }

  // ---- what it is

  /** The CloudEvents source of its trail. */
  public String source() {
    return source;
  }

  /** The name of the TierMove. */
  public String name() {
    return name;
  }

  public String tenant() {
    return tenant;
  }

  /** {@code Promote} or {@code Demote}. */
  public String direction() {
    return direction;
  }

  /** The last decision that names the move before it started; empty where the trail begins later. */
  public Optional<At<DecisionData>> decision() {
    return Optional.ofNullable(decision);
  }

  /** The first approvals, oldest first. */
  public List<At<ApprovalData.Approval>> approvals() {
    return List.copyOf(approvals);
  }

  /** The first changes of the end of the retention, oldest first. */
  public List<At<RetentionData.Retention>> retentions() {
    return List.copyOf(retentions);
  }

  /** The first calls, in the order in which they were announced. */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Calls that were only counted. */
  public long omittedCalls() {
    return omittedCalls;
  }

  /** Calls whose result was an error, the omitted ones included. */
  public long failedCalls() {
    return failedCalls;
  }

  /** The first events of the whole move, in their order. */
  public List<At<Milestone>> milestones() {
    return List.copyOf(milestones);
  }

  /** The last event of this kind. */
  public Optional<At<Milestone>> milestone(MoveEvent event) {
    return milestones.stream()
        .filter(at -> at.data().event() == event)
        .reduce((earlier, later) -> later);
  }

  /** Shard keys whose creation was announced and whose deletion was not reported. */
  public List<String> keysLeft() {
    return List.copyOf(keys);
  }

  public Outcome outcome() {
    return outcome;
  }

  /** The reason of the outcome; empty of a move that is planned or running. */
  public String reason() {
    return reason;
  }

  /** Whether it ended. */
  public boolean ended() {
    return outcome == Outcome.SUCCEEDED || outcome == Outcome.ABORTED;
  }

  /** When its first line was written. */
  public Instant first() {
    return first;
  }

  /** When its last line was written. */
  public Instant last() {
    return last;
  }

  /** From its start to its end, or to its last line; empty where it did not start. */
  public Optional<Duration> took() {
    return milestones.stream()
        .filter(at -> at.data().event() == MoveEvent.STARTED)
        .findFirst()
        .map(started -> Duration.between(started.time(), last));
  }
}
