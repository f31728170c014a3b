package io.tierkeeper.lab.faults.mutants;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.act.AbortTransfer;
import io.tierkeeper.moves.act.DeleteKey;
import io.tierkeeper.moves.act.Drain;
import io.tierkeeper.moves.act.MutationContext;
import io.tierkeeper.moves.act.Outcome;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.plan.Decision;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the planted bugs do instead of the right thing; called from rewritten classes only. Each takes what the place had
 * at hand, as {@code Object} where the type is not for others.
 */
public final class Slips {

  private Slips() {}

  // ---- constant answers

  /** Asked of something: yes. */
  public static boolean yes(Object self) {
    return true;
  }

  /** Asked of something: no. */
  public static boolean never(Object self) {
    return false;
  }

  /** Asked of something, a number: none. */
  public static long none(Object self) {
    return 0;
  }

  /** As long as anybody answers, all is clear. */
  public static Optional<String> anybodyWillDo(ClusterLayout layout) {
    return layout.peers().isEmpty() ? Optional.of("nobody answers") : Optional.empty();
  }

  /** No point was copied before. */
  public static Optional<Boolean> neverCopied(Object lastPass, Point point) {
    return Optional.of(false);
  }

  /** Not done. */
  public static void skip(Object self, Object about) {}

  /** Not done. */
  public static void skipped(Object self) {}

  /** Not done. */
  public static void skipThree(Object self, Object one, Object two, Object three) {}

  /** Not done. */
  public static void skipTwo(Object self, Object one, @Nullable Object two) {}

  /** Not told. */
  public static void untold(
      Object self, Object move, Object journal, Object event, Object reason, Object counts) {}

  /** Not done, but said to be. */
  public static boolean doneAtOnce(Object self, Object budget) {
    return true;
  }

  /** Of three the second. */
  public static Object second(Object first, Object second, Object third) {
    return second;
  }

  /** Of three the third. */
  public static Object third(Object first, Object second, Object third) {
    return third;
  }

  // ---- the journal, the settings, the trail

  /** A verification that never took place. */
  public static VerificationReport verifiedUnseen(MoveJournal journal) {
    return new VerificationReport(0, 0, 0, 0, "", 1, Verdict.EQUAL);
  }

  /** A time long past. */
  public static Instant longAgo(MoveJournal journal) {
    return Instant.EPOCH;
  }

  /** No time at all. */
  public static Duration noTime(MoveSettings settings) {
    return Duration.ZERO;
  }

  /** At no time. */
  public static @Nullable Instant notYet(MoveJournal journal) {
    return null;
  }

  /** Whatever the step is, the key has just been created. */
  public static MoveStep justCreated(MoveJournal journal) {
    return MoveStep.CREATE_KEY;
  }

  /** Ids are enough. */
  public static VerifyLevel idsAreEnough(MoveSettings settings) {
    return VerifyLevel.IDS;
  }

  /** The step without the number of the deed. */
  public static String stepAlone(MoveJournal journal) {
    return journal.step().apiName();
  }

  /** The line may come to the disk later. */
  public static AuditReceipt later(AuditSink sink, AuditEvent event, Durability durability) {
    return sink.append(event, Durability.GROUPED);
  }

  // ---- numbers and pages

  /** Compares unsigned numbers as signed ones. */
  public static int signed(long a, long b) {
    return Long.compare(a, b);
  }

  /** The next page begins after the point that it should begin with. */
  public static ScrollRequest onePast(ScrollRequest request, @Nullable PointId next) {
    return request.startingAt(next instanceof PointId.Num(long id) ? PointId.of(id + 1) : next);
  }

  /** The next page is that of everybody. */
  public static ScrollRequest withoutFilter(ScrollRequest request, @Nullable PointId next) {
    ScrollRequest on = request.startingAt(next);
    return new ScrollRequest(
        on.collection(),
        on.selector(),
        next == null ? on.filter() : null,
        on.from(),
        on.limit(),
        on.withPayload(),
        on.withVectors(),
        on.consistentRead());
  }

  // ---- calls of Qdrant

  /** Whoever was there first. */
  public static Upsert unconditional(Upsert upsert, Filter onlyWhere) {
    return upsert;
  }

  /** Whatever is there. */
  public static Upsert anyMode(Upsert upsert, UpsertMode mode) {
    return upsert;
  }

  /** All points, whoever's they are. */
  public static void replicateAll(
      QdrantWrites port, String collection, ShardKey from, ShardKey to, Filter filter) {
    boolean freeze = from.toString().startsWith(Move.WORKING_KEY_PREFIX);
    port.replicatePoints(collection, from, to, freeze ? filter : new Filter(List.of(), List.of()));
  }

  /** Once more where it failed. */
  public static void replicateAgain(
      QdrantWrites port, String collection, ShardKey from, ShardKey to, Filter filter) {
    try {
      port.replicatePoints(collection, from, to, filter);
    } catch (QdrantException.OutcomeUnknown | QdrantException.Unavailable e) {
      port.replicatePoints(collection, from, to, filter);
    }
  }

  /** Deletes a batch by the tenant of its points. */
  public static void deleteByTenant(
      QdrantWrites port, String collection, ShardSelector selector, Filter ids, boolean wait) {
    port.delete(collection, selector, Filter.tenant("group_id", ShardKey.of("acme")), wait);
  }

  /** A port that asks nobody for leave. */
  public static QdrantWrites unguarded(QdrantWrites port, Object leadership) {
    return port;
  }

  /** Whatever the fence answers, the writers are held. */
  public static int believed(Object sender, URI url, Duration timeout, String body)
      throws IOException, InterruptedException {
    try {
      ((io.tierkeeper.moves.WebhookSender) sender).post(url, timeout, body);
    } catch (IOException e) {
      // It will have arrived.
    }
    return 200;
  }

  // ---- what needs a look behind the doors of the engine

  /** A marked point is taken for what was copied. */
  public static boolean unchangedIfMarked(Object base, Point point) {
    return point.payload().containsKey("tierkeeper_move")
        || ((CopyMark.Base) base).unchanged(point);
  }

  /** Dead counts as Active. */
  public static KeyState deadIsActive(KeyState state, ClusterLayout layout, ShardKey key) {
    if (state != KeyState.DEAD) {
      return state;
    }
    Reached.mark();
    return KeyState.ACTIVE;
  }

  /** No key is there. */
  public static KeyState absent(ClusterLayout layout, ShardKey key) {
    return KeyState.ABSENT;
  }

  /** The fence is lifted as soon as the last copy scans may begin. */
  public static Outcome liftAfterDrain(Outcome outcome, Drain drain, MutationContext context) {
    Fence fence = context.move().settings().fence();
    if (fence instanceof Fence.Webhook) {
      Reached.mark();
      call(call(context, "fences"), "lift", context.move(), fence, null, null);
    }
    return outcome;
  }

  /** The key is deleted at once where its transfer should be aborted first. */
  public static Decision deleteAtOnce(Decision decision, Object planner) {
    if (!(decision instanceof Decision.Mutate(AbortTransfer abort))) {
      return decision;
    }
    Reached.mark();
    Move move = (Move) field(planner, "move");
    return new Decision.Mutate(new DeleteKey(MoveStep.CLEAN_UP, move.tenant()));
  }

  private static Object field(Object of, String name) {
    try {
      Field field = of.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(of);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no field " + name, e);
    }
  }

  private static Object call(Object of, String name, @Nullable Object... arguments) {
    try {
      for (Method method : of.getClass().getDeclaredMethods()) {
        if (method.getName().equals(name) && method.getParameterCount() == arguments.length) {
          method.setAccessible(true);
          return method.invoke(of, arguments);
        }
      }
      throw new LinkageError("no method " + name);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("method " + name + " cannot be called", e);
    }
  }
}
