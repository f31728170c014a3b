package io.tierkeeper.moves.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.TakenSnapshot;
import io.tierkeeper.moves.act.DeleteKey;
import io.tierkeeper.moves.act.Mutation;
import io.tierkeeper.moves.act.Snapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a move's audit lines; ids follow from the move, so that a repeat appends nothing. */
public final class MoveAudit {

  private final AuditSink sink;
  private final InstantSource clock;

  public MoveAudit(AuditSink sink, InstantSource clock) {
    this.sink = sink;
    this.clock = clock;
  }

  /** The line that announces a mutation; on disk when this returns. That of a deletion after which the fallback serves the tenant is its cut-over. */
  public void intended(Move move, MoveJournal journal, Mutation mutation) {
    append(
        move,
        journal,
        MoveEvent.STEP_INTENDED,
        stepName(journal),
        request(mutation),
        null,
        null,
        Map.of());
    if (mutation instanceof DeleteKey delete
        && delete.step() == MoveStep.DELETE_DEDICATED
        && delete.key().equals(move.dedicated())) {
      event(move, journal, MoveEvent.CUTOVER, "DeletionBegun", Map.of());
    }
  }

  /**
   * What became of a mutation.
   *
   * @param answer {@code ok}, or the error
   * @param retries failed attempts before this one, of which the first has a line of its own
   */
  public record Result(String answer, int retries) {}

  /** The result of the mutation. */
  public void done(
      Move move,
      MoveJournal after,
      MoveJournal journal,
      Mutation mutation,
      Result result,
      Duration duration,
      Map<String, Long> counts) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("result", result.answer());
    if (result.retries() > 0) {
      json.put("retries", result.retries());
    }
    if (mutation instanceof Snapshot) {
      snapshot(after.header().taken(), json);
    }
    append(
        move,
        journal,
        MoveEvent.STEP_DONE,
        stepName(journal) + (result.retries() > 0 ? "/retried" : ""),
        request(mutation),
        json,
        duration,
        counts);
  }

  /** An event of the whole move, recorded once for each attempt. */
  public void event(
      Move move, MoveJournal journal, MoveEvent event, String reason, Map<String, Long> counts) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("reason", reason);
    append(move, journal, event, journal.step().apiName() + "/" + reason, null, json, null, counts);
  }

  private void append(
      Move move,
      MoveJournal journal,
      MoveEvent event,
      String idStep,
      @Nullable ObjectNode request,
      @Nullable ObjectNode answer,
      @Nullable Duration duration,
      Map<String, Long> counts) {
    MoveData data = MoveData.of(
        new ResourceRef("TierMove", move.namespace(), move.name(), move.uid(), 1),
        move.tenantText(),
        move.direction().label(),
        event,
        journal.step().apiName(),
        journal.header().attempt(),
        request,
        answer,
        duration,
        counts);
    sink.append(
        new AuditEvent(
            AuditEvent.id(move.uid(), idStep, journal.header().attempt(), event.word()),
            "tenant/" + move.tenantText(),
            clock.instant(),
            data),
        Durability.BEFORE_MUTATION);
  }

  private static String stepName(MoveJournal journal) {
    // A process whose journal is lost counts from zero again; its mutations are other mutations.
    return journal.step().apiName() + "#" + journal.header().deeds() + "@"
        + journal.header().startedAt();
  }

  private static ObjectNode request(Mutation mutation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("call", mutation.apiName());
    mutation.describe(json);
    return json;
  }

  private static void snapshot(@Nullable TakenSnapshot taken, ObjectNode json) {
    if (taken != null) {
      json.put("snapshot", taken.file())
          .put("sha256", taken.sha256())
          .put("bytes", taken.bytes())
          .put("points", taken.points())
          .put("keepUntil", taken.keepUntil().toString());
    }
  }
}
