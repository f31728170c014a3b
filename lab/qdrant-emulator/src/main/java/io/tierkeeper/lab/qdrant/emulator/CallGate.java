package io.tierkeeper.lab.qdrant.emulator;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way into a peer for every call: waits while the peer is paused, applies the fault plan, keeps the log. */
final class CallGate {

  /** Says that a call must not be answered at all. */
  static final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unanswered() {
      super("left without an answer by the fault plan", null, false, false);
    }
  }

  /** A call's name and what the log says of it. */
  record Call(String verb, boolean mutating, String collection, String detail) {
    static Call reading(String verb, String collection) {
      return new Call(verb, false, collection, "");
    }

    static Call changing(String verb, String collection, String detail) {
      return new Call(verb, true, collection, detail);
    }
  }

  private final PeerNode node;
  private final @Nullable Duration patience;

  /**
   * The gate of one peer.
   *
   * @param patience after which callers within this process give up, since nobody else ends their wait; null for callers
   *     over a network, whose own deadline ends it
   */
  CallGate(PeerNode node, @Nullable Duration patience) {
    this.node = node;
    this.patience = patience;
  }

  <T> T pass(Call call, Supplier<T> body) {
    awaitResumed();
    Map<Fault.Kind, Fault> faults = new EnumMap<>(Fault.Kind.class);
    node.cluster()
        .faults()
        .next(call.verb(), call.mutating(), node.peerId())
        .forEach(fault -> faults.put(fault.kind(), fault));
    if (faults.containsKey(Fault.Kind.LOSE_CALL)) {
      note(call, "lost");
      throw lost(call, "call");
    }
    if (faults.containsKey(Fault.Kind.SWALLOW_CALL)) {
      note(call, "lost");
      throw unanswered();
    }
    delay(faults.get(Fault.Kind.DELAY_CALL));
    if (faults.containsKey(Fault.Kind.DOUBLE_CALL)) {
      try {
        performed(call, body);
      } catch (QdrantError e) {
        // Nobody sees the first answer of a doubled call; the log has it.
      }
    }
    T answer;
    try {
      answer = performed(call, body);
    } catch (QdrantError e) {
      spoil(call, faults);
      throw e;
    }
    spoil(call, faults);
    awaitResumed();
    return answer;
  }

  private <T> T performed(Call call, Supplier<T> body) {
    try {
      T answer = body.get();
      note(call, "ok");
      return answer;
    } catch (QdrantError e) {
      note(call, e.text());
      throw e;
    }
  }

  private void spoil(Call call, Map<Fault.Kind, Fault> faults) {
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
    if (patience == null) {
      node.awaitResumed();
    } else if (!node.awaitResumed(patience)) {
      throw new QdrantError(QdrantError.Kind.TIMEOUT, "no answer within " + patience);
    }
  }

  private RuntimeException unanswered() {
    if (patience == null) {
      return new Unanswered();
    }
    node.cluster().processes().sleep(patience);
    return new QdrantError(QdrantError.Kind.TIMEOUT, "no answer within " + patience);
  }

  private void note(Call call, String outcome) {
    if (call.mutating()) {
      node.cluster()
          .note(new MutatingCall(
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
