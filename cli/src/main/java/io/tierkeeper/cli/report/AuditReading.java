package io.tierkeeper.cli.report;

import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.MoveStories;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a report shows of the lines of trails, taken in line by line in bounded memory: the latest of each, the others are counted. */
final class AuditReading {
  static final int MAX_MOVES = 200;
  static final int MAX_DECISIONS = 500;
  static final int MAX_EVENTS = 200;
  private static final int MAX_HASHES = 10_000;
  private static final String SUBJECT = "tenant/";

  /** When the lines of a trail were written. */
  record Period(Instant first, Instant last) {}

  /** A decision that is shown. */
  record Decided(String source, Instant time, String tenant, DecisionData data) {}

  /** Something that happened to a collection. */
  record Event(Instant time, String source, String kind, String text, boolean bad) {}

  private final AuditScope scope;
  private final MoveStories stories;
  private final Deque<Decided> decisions = new ArrayDeque<>();
  private final Deque<Event> events = new ArrayDeque<>();
  private final Map<AuditType, Long> counts = new EnumMap<>(AuditType.class);
  private final Map<String, MassSection.Reading> masses = new TreeMap<>();
  private final Set<String> policies = new HashSet<>();
  private long changes;
  private long happened;
  private long stalls;
  private long failedCalls;
  private long gaps;
  private long unreadable;

  AuditReading(AuditScope scope) {
    this.scope = scope;
    stories = new MoveStories(MAX_MOVES, scope.since(), scope.until(), scope::has);
  }

  /** Takes in the next line. */
  void take(AuditLine line) {
    stories.follow(line);
    String tenant = tenant(line);
    if (!scope.has(line.time()) || tenant != null && !scope.has(tenant)) {
      return;
    }
    counts.merge(line.type(), 1L, Long::sum);
    switch (line.data()) {
      case DecisionData data -> decided(line, tenant, data);
      case MoveData data -> move(data);
      case GapData data -> gap(line, data.gap());
      case PauseData data -> pause(line, data.pause());
      case ForeignMoverData data -> foreign(line, data.foreignMover());
      case PolicyData data -> policy(line, data);
      case UnreadableData data -> {
        unreadable++;
        event(line, "Unreadable line", "line " + line.line() + ": " + data.reason(), true);
      }
      case ApprovalData other -> {}
      case ProvisionData data -> provision(line, data.provision());
      case RetentionData other -> {}
      case MeasurementData data ->
        masses
            .computeIfAbsent(line.source(), source -> new MassSection.Reading(scope::has))
            .take(line.time(), data);
      case CompositionData other -> {}
      case CheckpointData other -> {}
    }
  }

  /** The tenant that a line is about; null where it is about the collection. */
  static @Nullable String tenant(AuditLine line) {
    return line.subject().startsWith(SUBJECT) ? line.subject().substring(SUBJECT.length()) : null;
  }

  private void decided(AuditLine line, @Nullable String tenant, DecisionData data) {
    changes += data.decision().action().equals("Hold") ? 0 : 1;
    decisions.addLast(new Decided(line.source(), line.time(), tenant == null ? "-" : tenant, data));
    if (decisions.size() > MAX_DECISIONS) {
      decisions.removeFirst();
    }
  }

  private void move(MoveData data) {
    stalls += data.event() == MoveEvent.FAILED ? 1 : 0;
    failedCalls += data.event() == MoveEvent.STEP_DONE
            && data.answer() != null
            && !data.answer().path("result").asText("ok").equals("ok")
        ? 1
        : 0;
  }

  private void gap(AuditLine line, GapData.Gap gap) {
    boolean bad = gap.reason() != GapData.Reason.RESTART;
    gaps += bad ? 1 : 0;
    event(
        line,
        "Gap",
        switch (gap.reason()) {
          case RESTART -> "Restart: the operator was restarted.";
          case TORN_TAIL ->
            "TornTail: a crash left an incomplete line, kept in "
                + gap.torn().stream()
                    .map(tail -> tail.file() + " (" + tail.length() + " bytes)")
                    .collect(Collectors.joining(", "))
                + ".";
          case TRAIL_ELSEWHERE ->
            "TrailElsewhere: the lines before are not on this volume; the chain continues from the checkpoint in the status.";
          case WRITE_FAILED -> "WriteFailed: the disk failed, moves stopped, and a new file began.";
          case CLOCK_JUMP ->
            "ClockJump: the clock went back from " + gap.from() + " to " + gap.to() + ".";
          case OTHER -> "a reason that this version does not know";
        },
        bad);
  }

  private void pause(AuditLine line, PauseData.Pause pause) {
    event(
        line,
        "Pause " + pause.event().name().toLowerCase(Locale.ROOT),
        "by " + pause.owner() + " until " + Written.time(pause.until())
            + (pause.directions().isEmpty()
                ? ""
                : " (" + String.join(", ", pause.directions()) + ")")
            + ": " + pause.reason(),
        false);
  }

  private void provision(AuditLine line, ProvisionData.Provision call) {
    if (call.event() != ProvisionData.Event.INTENDED) {
      event(
          line,
          call.action() + " " + call.event().word().toLowerCase(Locale.ROOT),
          call.collection() + " " + call.request()
              + (call.answer() == null ? "" : ": " + call.answer()),
          call.event() == ProvisionData.Event.FAILED);
    }
  }

  private void foreign(AuditLine line, ForeignMoverData.ForeignMover mover) {
    event(
        line,
        "Foreign mover " + mover.event().name().toLowerCase(Locale.ROOT),
        mover.detail()
            + (mover.waitingMoves().isEmpty()
                ? ""
                : "; waiting: " + String.join(", ", mover.waitingMoves())),
        false);
  }

  /** A policy is repeated at the beginning of each file. */
  private void policy(AuditLine line, PolicyData data) {
    if (policies.size() < MAX_HASHES
        && policies.add(line.source() + " " + data.policy().hash())) {
      event(
          line,
          "Policy",
          data.policy().name() + "/" + data.policy().generation() + ", mode "
              + data.spec().path("mode").asText("-") + ", " + data.policy().hash(),
          false);
    }
  }

  private void event(AuditLine line, String kind, String text, boolean bad) {
    happened++;
    events.addLast(new Event(line.time(), line.source(), kind, Written.text(text), bad));
    if (events.size() > MAX_EVENTS) {
      events.removeFirst();
    }
  }

  MoveStories stories() {
    return stories;
  }

  /** The latest decisions, oldest first. */
  List<Decided> decisions() {
    return List.copyOf(decisions);
  }

  /** How the masses of each collection changed. */
  List<MassSection> masses() {
    return masses.entrySet().stream()
        .flatMap(
            each -> Stream.ofNullable(each.getValue().section(Written.collection(each.getKey()))))
        .toList();
  }

  /** The latest events, oldest first. */
  List<Event> events() {
    return List.copyOf(events);
  }

  /** Events, those that are not kept included. */
  long happened() {
    return happened;
  }

  /** Lines of this type in the scope. */
  long count(AuditType type) {
    return counts.getOrDefault(type, 0L);
  }

  /** Decisions that were to move a tenant. */
  long changes() {
    return changes;
  }

  long stalls() {
    return stalls;
  }

  long failedCalls() {
    return failedCalls;
  }

  /** Gaps that are no restarts. */
  long gaps() {
    return gaps;
  }

  long unreadable() {
    return unreadable;
  }
}
