package io.tierkeeper.lab.faults;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Protocol.DemotionState;
import io.tierkeeper.moves.Protocol.FenceState;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a move process sends: nothing is changed that has not been announced durably, in the audit trail and in the
 * journal, and what is durable must allow it. The judgement rests on what has left the process, not on its own words.
 */
public final class MutationChecker {

  private static final int MAX_FINDINGS = 10;

  private static final Set<String> MERGING =
      Set.of("upsert", "setPayload", "updateVectors", "deleteVectors", "delete");

  /** Which calls belong to a mutation. */
  private static final Map<String, Set<String>> CALLS = Map.ofEntries(
      Map.entry("CreateKey", Set.of("createShardKey")),
      Map.entry("DeleteKey", Set.of("deleteShardKey")),
      Map.entry("StartReplication", Set.of("replicatePoints")),
      Map.entry("AbortTransfer", Set.of("abortTransfer")),
      Map.entry("ReplicateShard", Set.of("replicateShard")),
      Map.entry("MoveShard", Set.of("moveShard")),
      Map.entry("DropReplica", Set.of("dropReplica")),
      Map.entry("Verify", Set.of("upsert", "setPayload", "updateVectors")),
      Map.entry("DeleteSource", Set.of("upsert", "setPayload", "updateVectors", "delete")),
      Map.entry("Copy", Set.of("upsert", "delete")),
      Map.entry("Freeze", Set.of("replicatePoints", "abortTransfer")),
      Map.entry(
          "ProbeTransfer",
          Set.of("createShardSnapshot", "probeShardSnapshot", "deleteShardSnapshot")),
      Map.entry(
          "RecoverFrozen",
          Set.of("createShardSnapshot", "recoverShardSnapshot", "deleteShardSnapshot")),
      Map.entry(
          "Revive", Set.of("createShardSnapshot", "recoverShardSnapshot", "deleteShardSnapshot")),
      Map.entry("Merge", MERGING),
      Map.entry("RaiseFence", Set.of("webhook")),
      Map.entry("LiftFence", Set.of("webhook")),
      Map.entry("Snapshot", Set.of()),
      Map.entry("Drain", Set.of("deletePayload")),
      Map.entry("RemoveMarks", Set.of("deletePayload")),
      Map.entry("GiveBack", MERGING),
      Map.entry("RemoveCopies", Set.of("delete")));

  /** What is waited for, and since when as the journal says. */
  private enum Wait {
    FOR_SETTLING(journal -> journal.promotion().map(Promotion::activeSince).orElse(null)),
    FOR_DRAINING(journal -> journal.fence().map(FenceState::fencedAt).orElse(null)),
    FOR_QUIET(journal -> journal.demotion().map(DemotionState::quietSince).orElse(null));

    private final Function<MoveJournal, @Nullable Instant> since;

    Wait(Function<MoveJournal, @Nullable Instant> since) {
      this.since = since;
    }

    @Nullable
    Instant since(MoveJournal journal) {
      return since.apply(journal);
    }
  }

  private static final Set<String> AMONG_CLIENTS =
      Set.of("Merge", "GiveBack", "Verify", "DeleteSource");

  private final InstantSource clock;
  private final BooleanSupplier writersHeld;
  private final List<String> findings = new ArrayList<>();
  private final Set<String> closed = new HashSet<>();
  private final Map<Wait, Instant> latest = new EnumMap<>(Wait.class);
  private @Nullable Move move;
  private MoveJournal stored = MoveJournal.initial();
  private @Nullable String mutation;
  private @Nullable String id;
  private int announced;
  private int starts;
  private int ends;

  /**
   * A judge that has seen nothing.
   *
   * @param clock the time of day; it may be set
   * @param writersHeld whether the tenant's writers are paused
   */
  MutationChecker(InstantSource clock, BooleanSupplier writersHeld) {
    this.clock = clock;
    this.writersHeld = writersHeld;
  }

  /** The clock that the move process must use, so that the checker knows what it has read there. */
  InstantSource watched() {
    return () -> {
      Instant now = clock.instant();
      latest.replaceAll((wait, before) -> now.isAfter(before) ? now : before);
      return now;
    };
  }

  /** What was wrong so far. */
  List<String> findings() {
    return List.copyOf(findings);
  }

  /** A move begins. */
  void begin(Move begun) {
    move = begun;
    ends = 0;
    starts = 0;
    forgotten();
  }

  /** The process is gone; what it announced must be announced again. */
  void died() {
    mutation = null;
  }

  /** The journal is lost. */
  void forgotten() {
    stored = MoveJournal.initial();
    latest.clear();
    announced = 0;
    mutation = null;
  }

  /** The journal is durable. */
  void stored(MoveJournal journal) {
    for (Wait wait : Wait.values()) {
      Instant since = wait.since(journal);
      if (since == null) {
        latest.remove(wait);
      } else if (!since.equals(wait.since(stored))) {
        latest.put(wait, Instant.MIN);
      }
    }
    stored = journal;
  }

  /** A line is in the trail. */
  void recorded(AuditEvent event, Durability durability, AuditReceipt receipt) {
    if (!(event.data() instanceof MoveData move)) {
      return;
    }
    if (move.event() == MoveEvent.STEP_INTENDED) {
      mutation = move.call();
      id = event.id();
      if (durability != Durability.BEFORE_MUTATION) {
        find("the intent of " + mutation + " may be lost when the mutation is performed");
      }
      if (closed.contains(event.id())) {
        find("the intent of " + mutation
            + " has the id of an earlier mutation and no line of its own");
      }
      if (stored.header().deeds() <= announced && !receipt.alreadyPresent()) {
        find("the intent of " + mutation + " is not in the journal, which records "
            + stored.header().deeds() + " mutations");
      }
      announced = stored.header().deeds();
      allowedNow(mutation);
    } else if (move.event() == MoveEvent.STEP_DONE) {
      if (id != null) {
        closed.add(id);
      }
    } else if (move.event() == MoveEvent.FINISHED || move.event() == MoveEvent.ABORTED) {
      ends += receipt.alreadyPresent() ? 0 : 1;
    }
  }

  /** The move has ended. */
  void ended() {
    if (ends == 0) {
      find("no line of the trail says how the move ended");
    }
  }

  /** A call that changes something is about to be sent. */
  void calls(String method, Object @Nullable [] arguments) {
    if (mutation == null) {
      find(method + " was sent without an intent");
      return;
    }
    if (!CALLS.getOrDefault(mutation, Set.of()).contains(method)) {
      find(method + " was sent where the last intent was " + mutation);
    }
    if (arguments != null && move != null) {
      switch (method) {
        case "replicatePoints" -> starts(move, arguments);
        case "createShardKey" -> starts = 0;
        case "deleteShardKey" -> deletesKey(move, (ShardKey) arguments[1]);
        case "upsert" -> writes((Upsert) arguments[0]);
        case "setPayload", "deleteVectors" -> writesParts(method, (Filter) arguments[3]);
        case "updateVectors" -> writesParts(method, (Filter) arguments[4]);
        case "deletePayload" -> drains(move);
        case "delete" -> deletesPoints(move, (ShardSelector) arguments[1], (Filter) arguments[2]);
        default -> {}
      }
    }
  }

  /** A fence by hand may be lifted before the process learns of it; one by a webhook is raised and lifted by the process alone. */
  private void drains(Move of) {
    if (Objects.equals(mutation, "Drain")
        && of.settings().demotion().fence() instanceof Fence.Webhook
        && !writersHeld.getAsBoolean()) {
      find("the queue of writes is drained and the tenant's writers are not paused");
    }
  }

  private void starts(Move of, Object[] arguments) {
    if (stored.header().startSentAt() == null) {
      find("a transfer was started that the journal does not know of");
    }
    if (!arguments[1].equals(of.fallback())) {
      return;
    }
    if (++starts > 1) {
      find("a second copy was started into the same key");
    }
    if (!of.tenantFilter().equals(arguments[3])) {
      find("a copy was started with the filter " + arguments[3]);
    }
  }

  private void deletesKey(Move of, ShardKey key) {
    if (!key.equals(of.tenant()) || !Objects.equals(stored.step(), MoveStep.DELETE_DEDICATED)) {
      return;
    }
    if (!stored.header().deletionBegun()) {
      find("the dedicated key is deleted and the journal does not know of it");
    }
    if (of.settings().demotion().strategy() == DemotionStrategy.FENCE
        && stored.fence().map(FenceState::fencedAt).isPresent()
        && !writersHeld.getAsBoolean()) {
      find("the dedicated key is deleted and the tenant's writers are not paused");
    }
  }

  /** Where clients write too, no write overwrites content that was not read. */
  private void writes(Upsert upsert) {
    boolean guarded = switch (upsert.mode()) {
      case INSERT_ONLY -> true;
      case UPDATE_ONLY -> upsert.onlyWhere() != null;
      case UPSERT -> false;
    };
    if (AMONG_CLIENTS.contains(String.valueOf(mutation)) && !guarded) {
      find(mutation + " writes " + upsert.points().size() + " points over whatever is there");
    }
  }

  /** Of one point, and only while it is what it was taken for. */
  private void writesParts(String method, Filter filter) {
    if (filter.must().stream().noneMatch(Filter.HasId.class::isInstance)
        || filter.must().size() < 2) {
      find(mutation + " sends " + method + " for more than one point as it was read: " + filter);
    }
  }

  private void deletesPoints(Move of, ShardSelector selector, Filter filter) {
    if (filter.must().stream().noneMatch(Filter.HasId.class::isInstance)) {
      find("points are deleted by another filter than their ids: " + filter);
    }
    boolean ofSource =
        "DeleteSource".equals(mutation) && selector.equals(ShardSelector.key(of.fallback()));
    if (ofSource && !(stored.header().deletionBegun() && verified())) {
      find("the source is deleted and the journal knows of no verification");
    }
  }

  private boolean verified() {
    return stored.header().verification() != null
        && stored.header().verification().verdict() == Verdict.EQUAL;
  }

  /** What the waits are for: requests that were under way when something was switched. */
  private void allowedNow(String what) {
    if (move == null) {
      return;
    }
    Duration settle = move.settings().settle();
    switch (what) {
      case "Verify" -> waited(what, Wait.FOR_SETTLING, settle);
      case "Drain" -> waited(what, Wait.FOR_DRAINING, settle);
      case "Freeze" -> {
        boolean patient = move.settings().demotion().whenBusy() == WhenBusy.GIVE_UP;
        if (patient) {
          waited(what, Wait.FOR_QUIET, move.settings().demotion().quietFor());
        }
      }
      default -> {}
    }
  }

  /** By the process's own clock, as it has read it since: it may have been set back a moment ago. */
  private void waited(String what, Wait wait, Duration least) {
    Instant since = wait.since(stored);
    if (since == null || latest.getOrDefault(wait, Instant.MIN).isBefore(since.plus(least))) {
      find(what + " came too early: it must be " + least + " after " + since);
    }
  }

  private void find(String words) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(clock.instant() + " " + words);
    }
  }
}
