package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditHead;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantPort;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a mover and everything that it writes to: names each write, dies at one of them, and holds each
 * change of Qdrant against the intent that must be in the trail before it.
 */
final class WriteLedger {

  /** What befalls the chosen write. Death after the answer differs from death after the effect in nothing durable. */
  enum Mishap {
    DEATH_BEFORE_SENDING,
    DEATH_AFTER_THE_EFFECT,
    ANSWER_LOST
  }

  /** The process is gone. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A write took effect and the caller is not told so; it lives on. */
  static final class AnswerLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AnswerLost(String write) {
      super("the answer to " + write + " is lost");
    }
  }

  private static final Set<String> CHANGES = Set.of(
      "createShardKey",
      "deleteShardKey",
      "replicatePoints",
      "abortTransfer",
      "replicateShard",
      "moveShard",
      "dropReplica",
      "upsert",
      "delete",
      "setPayload",
      "deletePayload",
      "createShardSnapshot",
      "recoverShardSnapshot",
      "deleteShardSnapshot");

  private static final Map<String, Set<String>> MAY = Map.ofEntries(
      Map.entry("CreateKey", Set.of("createShardKey")),
      Map.entry("DeleteKey", Set.of("deleteShardKey")),
      Map.entry("StartReplication", Set.of("replicatePoints")),
      Map.entry("AbortTransfer", Set.of("abortTransfer")),
      Map.entry("ReplicateShard", Set.of("replicateShard")),
      Map.entry("MoveShard", Set.of("moveShard")),
      Map.entry("DropReplica", Set.of("dropReplica")),
      Map.entry("Freeze", Set.of("replicatePoints", "abortTransfer")),
      Map.entry(
          "RecoverFrozen",
          Set.of("createShardSnapshot", "recoverShardSnapshot", "deleteShardSnapshot")),
      Map.entry(
          "Revive", Set.of("createShardSnapshot", "recoverShardSnapshot", "deleteShardSnapshot")),
      Map.entry("Snapshot", Set.of("createShardSnapshot")),
      Map.entry("RaiseFence", Set.of("delete")),
      Map.entry("LiftFence", Set.of("upsert")),
      Map.entry("Drain", Set.of("deletePayload")),
      Map.entry("RemoveMarks", Set.of("deletePayload")),
      Map.entry("RemoveCopies", Set.of("delete")),
      Map.entry("DeleteSource", Set.of("delete", "upsert", "setPayload", "deletePayload")),
      Map.entry("Verify", Set.of("upsert", "delete", "setPayload", "deletePayload")),
      Map.entry("Copy", Set.of("upsert", "delete", "setPayload", "deletePayload")),
      Map.entry("Merge", Set.of("upsert", "delete", "setPayload", "deletePayload")),
      Map.entry("GiveBack", Set.of("upsert", "delete", "setPayload", "deletePayload")));

  private final @Nullable String fatal;
  private final Mishap mishap;
  private final Map<String, Integer> counts = new HashMap<>();
  private final Set<String> writes = new LinkedHashSet<>();
  private @Nullable String intent;
  private boolean struck;

  private WriteLedger(@Nullable String fatal, Mishap mishap) {
    this.fatal = fatal;
    this.mishap = mishap;
  }

  static WriteLedger undisturbed() {
    return new WriteLedger(null, Mishap.ANSWER_LOST);
  }

  static WriteLedger striking(String write, Mishap mishap) {
    return new WriteLedger(write, mishap);
  }

  /** The names of all writes so far, in order, each once. */
  List<String> writes() {
    return List.copyOf(writes);
  }

  boolean struck() {
    return struck;
  }

  /** The process that wrote the open intent is gone; its successor must write its own. */
  void processEnds() {
    intent = null;
  }

  private <T> @Nullable T write(String name, Callable<T> effect) throws Exception {
    String numbered = name + " " + counts.merge(name, 1, Integer::sum);
    writes.add(numbered);
    boolean now = numbered.equals(fatal) && !struck;
    if (!now) {
      return effect.call();
    }
    struck = true;
    if (mishap == Mishap.DEATH_BEFORE_SENDING) {
      throw new Killed();
    }
    effect.call();
    if (mishap == Mishap.DEATH_AFTER_THE_EFFECT) {
      throw new Killed();
    }
    throw new AnswerLost(numbered);
  }

  JournalWriter journal(JournalWriter real) {
    return journal -> {
      try {
        write("journal " + journal.step().apiName(), () -> {
          real.write(journal);
          return journal;
        });
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    };
  }

  WebhookSender webhook(WebhookSender real) {
    return (url, timeout, body) -> {
      assertThat(intent).as("intent before the webhook").isIn("RaiseFence", "LiftFence");
      try {
        Integer status = write("webhook", () -> real.post(url, timeout, body));
        return java.util.Objects.requireNonNull(status);
      } catch (AnswerLost e) {
        throw new IOException(e);
      } catch (IOException | InterruptedException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    };
  }

  QdrantCluster cluster(QdrantCluster real) {
    return new QdrantCluster() {
      @Override
      public List<QdrantPort> peers() {
        return real.peers().stream().map(WriteLedger.this::port).toList();
      }

      @Override
      public void close() {
        // The connections belong to whoever opened them.
      }
    };
  }

  private QdrantPort port(QdrantPort port) {
    return (QdrantPort) Proxy.newProxyInstance(
        QdrantPort.class.getClassLoader(),
        new Class<?>[] {QdrantPort.class},
        (self, method, args) -> {
          Callable<Object> call = () -> {
            try {
              return method.invoke(port, args);
            } catch (InvocationTargetException e) {
              throw e.getCause() instanceof Exception fault ? fault : e;
            }
          };
          if (!CHANGES.contains(method.getName())) {
            return call.call();
          }
          String open = intent;
          assertThat(open).as("intent before %s", method.getName()).isNotNull();
          assertThat(MAY.get(open))
              .as("what the intent %s allows", open)
              .contains(method.getName());
          try {
            return write("qdrant " + method.getName(), call);
          } catch (AnswerLost e) {
            throw new QdrantException.OutcomeUnknown("the answer was lost", e);
          }
        });
  }

  AuditSink audit(InMemoryAudit real) {
    return new AuditSink() {
      @Override
      public AuditReceipt append(AuditEvent event, Durability durability) {
        String word = event.data().path("event").asText();
        String call = event.data().path("request").path("call").asText();
        boolean intended =
            event.type() == AuditType.MOVE && word.equals(MoveEvent.STEP_INTENDED.word());
        try {
          AuditReceipt receipt = write("audit " + word + " " + call, () -> {
            AuditReceipt appended = real.append(event, durability);
            if (intended) {
              assertThat(appended.alreadyPresent())
                  .as("the intent of %s is a new line", call)
                  .isFalse();
              assertThat(intent)
                  .as("no intent is open when %s is intended", call)
                  .isNull();
            }
            return appended;
          });
          return java.util.Objects.requireNonNull(receipt);
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new AssertionError(e);
        } finally {
          if (intended) {
            intent = call;
          } else if (word.equals(MoveEvent.STEP_DONE.word())) {
            intent = null;
          }
        }
      }

      @Override
      public AuditHead head() {
        return real.head();
      }

      @Override
      public boolean healthy() {
        return real.healthy();
      }

      @Override
      public void close() {
        // Belongs to the rig.
      }
    };
  }
}
