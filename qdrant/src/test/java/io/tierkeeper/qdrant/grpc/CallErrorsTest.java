package io.tierkeeper.qdrant.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantException.RateLimited;
import io.tierkeeper.qdrant.QdrantException.Rejected;
import io.tierkeeper.qdrant.QdrantException.Unavailable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CallErrorsTest {

  @ParameterizedTest
  @CsvSource({
    "DEADLINE_EXCEEDED, Unavailable, OutcomeUnknown, Unavailable",
    "UNAVAILABLE, Unavailable, OutcomeUnknown, Unavailable",
    "INTERNAL, Unavailable, OutcomeUnknown, Unavailable",
    "UNKNOWN, Unavailable, OutcomeUnknown, Unavailable",
    "ABORTED, Unavailable, OutcomeUnknown, Unavailable",
    "DATA_LOSS, Unavailable, OutcomeUnknown, Unavailable",
    "CANCELLED, Unavailable, OutcomeUnknown, Unavailable",
    "RESOURCE_EXHAUSTED, Unavailable, RateLimited, Unavailable",
    "INVALID_ARGUMENT, Rejected, Rejected, Rejected",
    "FAILED_PRECONDITION, Rejected, Rejected, Rejected",
    "PERMISSION_DENIED, CredentialsRefused, CredentialsRefused, CredentialsRefused",
    "UNAUTHENTICATED, CredentialsRefused, CredentialsRefused, CredentialsRefused",
    "UNIMPLEMENTED, Rejected, Rejected, Rejected",
    "ALREADY_EXISTS, Rejected, Rejected, Rejected",
    "OUT_OF_RANGE, Rejected, Rejected, Rejected",
    "NOT_FOUND, NotFound, NotFound, NotFound"
  })
  void decidesByCodeAndByWhetherAWriteWasSent(
      Status.Code code, String ofRead, String ofSentWrite, String ofUnsentWrite) {
    Status status = code.toStatus().withDescription("text");
    assertThat(CallErrors.of("w", status, CallKind.READ, true).getClass().getSimpleName())
        .isEqualTo(ofRead);
    assertThat(CallErrors.of("w", status, CallKind.WRITE, true).getClass().getSimpleName())
        .isEqualTo(ofSentWrite);
    assertThat(CallErrors.of("w", status, CallKind.WRITE, false).getClass().getSimpleName())
        .isEqualTo(ofUnsentWrite);
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void noWriteThatWasSentIsEverCalledUndone(Status.Code code) {
    assertThat(CallErrors.of("w", code.toStatus(), CallKind.WRITE, true))
        .isNotInstanceOf(Unavailable.class);
  }

  @Test
  void anAnswerThatIsTooLargeIsRejectedInBothOfItsGuises() {
    for (Status status : List.of(
        Status.RESOURCE_EXHAUSTED.withDescription("gRPC message exceeds maximum size 4194304: 5"),
        Status.CANCELLED.withDescription("Failed to read message."))) {
      assertThat(CallErrors.of("scroll", status, CallKind.READ, true))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("fewer points");
    }
  }

  @Test
  void aShardThatAPeerLacksForAMomentIsNotWhatTheCallNamed() {
    Status between = Status.NOT_FOUND.withDescription("Not found: shard 2 not found");
    assertThat(CallErrors.of("scroll", between, CallKind.READ, true))
        .isInstanceOf(QdrantException.Unavailable.class);
    Status lost = Status.NOT_FOUND.withDescription("No target shard 3 found for update");
    assertThat(CallErrors.of("upsert", lost, CallKind.WRITE, true))
        .isInstanceOf(QdrantException.OutcomeUnknown.class);
    Status gone = Status.NOT_FOUND.withDescription("Shard key \"x\" not found");
    assertThat(CallErrors.of("scroll", gone, CallKind.READ, true))
        .isInstanceOf(QdrantException.NotFound.class);
  }

  @Test
  void theMessageNamesTheCallTheCodeAndTheServersText() {
    QdrantException error = CallErrors.of(
        "deleteShardKey acme of kb at http://q:6334",
        Status.INVALID_ARGUMENT.withDescription("Bad request: no"),
        CallKind.WRITE,
        true);
    assertThat(error)
        .hasMessage("deleteShardKey acme of kb at http://q:6334: INVALID_ARGUMENT Bad request: no");
  }

  @ParameterizedTest
  @CsvSource({
    "400, Rejected, Rejected",
    "401, CredentialsRefused, CredentialsRefused",
    "403, CredentialsRefused, CredentialsRefused",
    "405, Rejected, Rejected",
    "422, Rejected, Rejected",
    "404, NotFound, NotFound",
    "408, Unavailable, OutcomeUnknown",
    "429, Unavailable, OutcomeUnknown",
    "500, Unavailable, OutcomeUnknown",
    "503, Unavailable, OutcomeUnknown",
    "302, Unavailable, OutcomeUnknown"
  })
  void decidesByHttpCode(int code, String ofRead, String ofWrite) {
    assertThat(CallErrors.ofHttp("w", code, "", CallKind.READ).getClass().getSimpleName())
        .isEqualTo(ofRead);
    assertThat(CallErrors.ofHttp("w", code, "", CallKind.WRITE).getClass().getSimpleName())
        .isEqualTo(ofWrite);
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "0, 0", "soon, ", "-1, ", "12345678901, "})
  void aRateLimitHasTheSecondsOfTheTrailerWhereTheyAreANumber(
      String trailer, @Nullable Long seconds) {
    Metadata trailers = new Metadata();
    trailers.put(Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER), trailer);
    QdrantException error =
        CallErrors.of("w", Status.RESOURCE_EXHAUSTED, trailers, CallKind.WRITE, true);
    assertThat(((RateLimited) error).retryAfter())
        .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
  }

  @Test
  void twoDeadlinesHaveTheSameWords() {
    assertThat(
            CallErrors.of("count at http://q:6334", deadline("9.999822708s"), CallKind.READ, true))
        .hasMessage(
            CallErrors.of("count at http://q:6334", deadline("9.998000001s"), CallKind.READ, true)
                .getMessage());
  }

  private static Status deadline(String after) {
    return Status.DEADLINE_EXCEEDED.withDescription("CallOptions deadline exceeded after " + after);
  }
}
