package io.tierkeeper.lab.qdrant.emulator.calls;

import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way into a peer for every call: waits while the peer is paused, applies the fault plan, keeps the log. */
public final class CallGate {

  /** Signals that a call must not be answered at all. */
  public static final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unanswered() {
      super("left without an answer by the fault plan", null, false, false);
    }
  }

  private record Call(String verb, boolean mutating, String collection, String detail) {}

  private final PeerNode node;
  private final FaultPlan plan;
  private final CallLog log;
  private final @Nullable Duration deadline;

  /**
   * The gate of one peer.
   *
   * @param plan the faults to inject
   * @param log where mutating calls are recorded
   * @param deadline after which callers within this process give up, since nothing else ends their wait; null for
   *     callers over a network, whose own deadline ends it
   */
  public CallGate(PeerNode node, FaultPlan plan, CallLog log, @Nullable Duration deadline) {
    this.node = node;
    this.plan = plan;
    this.log = log;
    this.deadline = deadline;
  }

  /** Performs a call that changes nothing. */
  public <T> T read(String verb, String collection, Supplier<T> body) {
    return pass(new Call(verb, false, collection, ""), body);
  }

  /** Performs a mutating call and records it with its arguments in brief. */
  public <T> T mutate(String verb, String collection, String detail, Supplier<T> body) {
    return pass(new Call(verb, true, collection, detail), body);
  }

  private <T> T pass(Call call, Supplier<T> body) {
    awaitResumed();
    Map<Fault.Kind, Fault> faults = new EnumMap<>(Fault.Kind.class);
    plan.next(call.verb(), call.mutating(), node.peerId())
        .forEach(fault -> faults.put(fault.kind(), fault));
    if (faults.containsKey(Fault.Kind.LOSE_CALL)) {
      record(call, "lost");
      throw lost(call, "call");
    }
    if (faults.containsKey(Fault.Kind.SWALLOW_CALL)) {
      record(call, "lost");
      throw unanswered();
    }
    delay(faults.get(Fault.Kind.DELAY_CALL));
    if (faults.containsKey(Fault.Kind.DOUBLE_CALL)) {
      try {
        performed(call, body);
      } catch (QdrantError e) {
        // The client never sees the first answer of a doubled call; the log has it.
      }
    }
    T answer;
    try {
      answer = performed(call, body);
    } catch (QdrantError e) {
      injectAfter(call, faults);
      throw e;
    }
    injectAfter(call, faults);
    awaitResumed();
    return answer;
  }

  private <T> T performed(Call call, Supplier<T> body) {
    try {
      T answer = body.get();
      record(call, "ok");
      return answer;
    } catch (QdrantError e) {
      record(call, e.text());
      throw e;
    }
  }

  private void injectAfter(Call call, Map<Fault.Kind, Fault> faults) {
    delay(faults.get(Fault.Kind.DELAY_ANSWER));
    if (faults.containsKey(Fault.Kind.LOSE_ANSWER)) {
      throw lost(call, "answer");
    }
    if (faults.containsKey(Fault.Kind.SWALLOW_ANSWER)) {
      throw unanswered();
    }
  }

  private void awaitResumed() {
    if (!node.isAlive()) {
      throw new QdrantError(QdrantError.Kind.CONNECTION, "io exception: Connection refused");
    }
    if (deadline == null) {
      node.awaitResumed();
    } else if (!node.awaitResumed(deadline)) {
      throw new QdrantError(QdrantError.Kind.TIMEOUT, "no answer within " + deadline);
    }
  }

  private RuntimeException unanswered() {
    if (deadline == null) {
      return new Unanswered();
    }
    node.cluster().processes().sleep(deadline);
    return new QdrantError(QdrantError.Kind.TIMEOUT, "no answer within " + deadline);
  }

  private void record(Call call, String outcome) {
    if (call.mutating()) {
      log.add(new MutatingCall(
          call.verb(),
          node.peerId(),
          call.collection(),
          call.detail(),
          node.cluster().clock().instant(),
          outcome));
    }
  }

  private static QdrantError lost(Call call, String part) {
    return new QdrantError(
        QdrantError.Kind.CONNECTION,
        "io exception: the fault plan lost the " + part + " of " + call.verb());
  }

  private void delay(@Nullable Fault fault) {
    if (fault != null) {
      node.cluster().processes().sleep(fault.delay());
    }
  }
}
