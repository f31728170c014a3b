package io.tierkeeper.lab.qdrant.emulator.points;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** A rejection or failure by the emulated engine, with the engine's text and its codes on both protocols. */
public final class QdrantError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The engine's error classes with their text prefix, gRPC code and HTTP code. */
  public enum Kind {
    BAD_INPUT("Wrong input: ", Status.Code.INVALID_ARGUMENT, 400),
    BAD_REQUEST("Bad request: ", Status.Code.INVALID_ARGUMENT, 400),
    VALIDATION("", Status.Code.INVALID_ARGUMENT, 422),
    NOT_FOUND("Not found: ", Status.Code.NOT_FOUND, 404),
    ALREADY_EXISTS("Wrong input: ", Status.Code.ALREADY_EXISTS, 409),
    SERVICE("Service internal error: ", Status.Code.INTERNAL, 500),
    SHARD_UNAVAILABLE("Shard temporarily unavailable: ", Status.Code.UNAVAILABLE, 503),
    TIMEOUT("Timeout error: ", Status.Code.DEADLINE_EXCEEDED, 408),
    RATE_LIMITED("", Status.Code.RESOURCE_EXHAUSTED, 429),
    UNAUTHENTICATED("", Status.Code.UNAUTHENTICATED, 401),
    CONNECTION("", Status.Code.UNAVAILABLE, 503),
    UNIMPLEMENTED("", Status.Code.UNIMPLEMENTED, 501);

    private final String prefix;
    private final Status.Code code;
    private final int http;

    Kind(String prefix, Status.Code code, int http) {
      this.prefix = prefix;
      this.code = code;
      this.http = http;
    }
  }

  private final Kind kind;

  public QdrantError(Kind kind, String text) {
    super(kind.prefix + text);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  public int httpStatus() {
    return kind.http;
  }

  public String text() {
    return String.valueOf(getMessage());
  }

  public StatusRuntimeException toStatus() {
    return kind.code.toStatus().withDescription(getMessage()).withCause(this).asRuntimeException();
  }

  public static QdrantError badInput(String text) {
    return new QdrantError(Kind.BAD_INPUT, text);
  }

  public static QdrantError badRequest(String text) {
    return new QdrantError(Kind.BAD_REQUEST, text);
  }

  public static QdrantError validation(String text) {
    return new QdrantError(Kind.VALIDATION, text);
  }

  public static QdrantError notFound(String text) {
    return new QdrantError(Kind.NOT_FOUND, text);
  }

  public static QdrantError service(String text) {
    return new QdrantError(Kind.SERVICE, text);
  }

  public static QdrantError shardUnavailable(String text) {
    return new QdrantError(Kind.SHARD_UNAVAILABLE, text);
  }

  public static QdrantError unimplemented(String what) {
    return new QdrantError(Kind.UNIMPLEMENTED, "The Qdrant emulator does not know " + what);
  }
}
