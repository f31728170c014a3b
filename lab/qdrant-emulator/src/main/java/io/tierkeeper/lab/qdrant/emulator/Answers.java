package io.tierkeeper.lab.qdrant.emulator;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers gRPC calls of one peer through its gate. */
final class Answers {

  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  private final CallGate gate;

  Answers(CallGate gate) {
    this.gate = gate;
  }

  <T> void give(StreamObserver<T> observer, CallGate.Call call, Supplier<T> body) {
    T answer;
    try {
      answer = gate.pass(call, body);
    } catch (QdrantError e) {
      observer.onError(e.toStatus());
      return;
    } catch (CallGate.Unanswered e) {
      log.debug("{} is left without an answer", call.verb());
      return;
    } catch (RuntimeException e) {
      log.warn("{} failed", call, e);
      observer.onError(
          Status.INTERNAL.withDescription("Service internal error: " + e).asRuntimeException());
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  static Duration seconds(boolean given, long seconds) {
    return given && seconds > 0 ? Duration.ofSeconds(seconds) : Duration.ofSeconds(10);
  }
}
