package io.tierkeeper.lab.qdrant.emulator.api;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.tierkeeper.lab.qdrant.emulator.calls.CallGate;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The methods that one peer answers, whatever protocol carries the call; each call passes the gate. */
public final class Operations {

  /** A method with what answers it, which throws {@link QdrantError}. */
  public record Operation<Q, A>(MethodDescriptor<Q, A> method, Function<Q, A> body) {}

  /** Calls that do not take an alias in place of a collection: a new collection has its own name, an alias cannot be dropped. */
  private static final Set<String> BY_NAME_ONLY = Set.of(
      CollectionsGrpc.getCreateMethod().getFullMethodName(),
      CollectionsGrpc.getDeleteMethod().getFullMethodName());

  private final CallGate gate;
  private final UnaryOperator<String> aliases;
  private final Map<String, Operation<?, ?>> operations = new LinkedHashMap<>();

  /**
   * No operations yet.
   *
   * @param gate of the peer
   * @param aliases the collection that a name stands for in the peer's view
   */
  public Operations(CallGate gate, UnaryOperator<String> aliases) {
    this.gate = gate;
    this.aliases = aliases;
  }

  /** All operations, in the order in which they were added. */
  public Collection<Operation<?, ?>> all() {
    return operations.values();
  }

  /** The operation of a method; null where the peer does not implement it. */
  @SuppressWarnings("unchecked") // a full method name stands for its types
  public <Q, A> @Nullable Operation<Q, A> find(MethodDescriptor<Q, A> method) {
    return (Operation<Q, A>) operations.get(method.getFullMethodName());
  }

  /** Performs a call of a method that the peer implements. */
  public <Q, A> A call(MethodDescriptor<Q, A> method, Q request) {
    Operation<Q, A> operation = find(method);
    if (operation == null) {
      throw QdrantError.unimplemented(method.getFullMethodName());
    }
    return operation.body().apply(request);
  }

  /** Adds a method that changes nothing. */
  public <Q extends Message, A> void read(
      MethodDescriptor<Q, A> method, String verb, Function<Q, A> body) {
    add(method, given -> {
      Q request = resolved(method, given);
      return gate.read(verb, Requests.collection(request), () -> body.apply(request));
    });
  }

  /** Adds a mutating method; the log shows its verb and its arguments in brief. */
  <Q extends Message, A> void mutate(
      MethodDescriptor<Q, A> method,
      Function<Q, String> verb,
      Function<Q, String> detail,
      Function<Q, A> body) {
    add(method, given -> {
      Q request = resolved(method, given);
      return gate.mutate(
          verb.apply(request),
          Requests.collection(request),
          detail.apply(request),
          () -> body.apply(request));
    });
  }

  /** Adds a mutating method that waits for consensus up to the request's timeout and is answered with true. */
  @SuppressWarnings("unchecked") // the builder of the answer's prototype makes answers
  <Q extends Message, A> void change(
      MethodDescriptor<Q, A> method,
      Function<Q, String> verb,
      Function<Q, String> detail,
      BiConsumer<Q, Duration> change) {
    Message none =
        (Message) ((PrototypeMarshaller<A>) method.getResponseMarshaller()).getMessagePrototype();
    A done = (A) none.toBuilder()
        .setField(none.getDescriptorForType().findFieldByName("result"), true)
        .build();
    mutate(method, verb, detail, request -> {
      change.accept(request, Requests.timeout(request));
      return done;
    });
  }

  /** The request with the collection itself where it names an alias. */
  @SuppressWarnings("unchecked") // the builder of a message makes messages of its type
  private <Q extends Message, A> Q resolved(MethodDescriptor<Q, A> method, Q request) {
    String name = Requests.collection(request);
    String collection = aliases.apply(name);
    return name.equals(collection) || BY_NAME_ONLY.contains(method.getFullMethodName())
        ? request
        : (Q) Requests.withCollection(request, collection);
  }

  private <Q, A> void add(MethodDescriptor<Q, A> method, Function<Q, A> body) {
    operations.put(method.getFullMethodName(), new Operation<>(method, body));
  }
}
