package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A move was planned, made or failed a step, or ended.
 *
 * @param object the TierMove
 * @param move its name
 * @param direction {@code Promote} or {@code Demote}
 * @param step name of the step; null for an event of the whole move
 * @param attempt from 1; 0 for an event of the whole move
 * @param request what is, or was, sent to Qdrant; secrets, vectors and payloads are taken out
 * @param answer what came back, treated likewise
 * @param durationMs of the call or of the move
 * @param counts such as {@code points}, {@code compared}, {@code missing}
 */
public record MoveData(
    ResourceRef object,
    MoveEvent event,
    String move,
    String tenant,
    String direction,
    @Nullable String step,
    int attempt,
    @Nullable JsonNode request,
    @Nullable JsonNode answer,
    @Nullable Long durationMs,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Long> counts)
    implements EventData {

  /** Takes secrets, vectors and payloads out of the request and the answer. */
  public MoveData {
    request = request == null ? null : Redaction.of(request);
    answer = answer == null ? null : Redaction.of(answer);
    counts = counts == null ? Map.of() : Map.copyOf(counts);
  }

  /** An event of the move that is this TierMove. */
  public static MoveData of(
      ResourceRef tierMove,
      String tenant,
      String direction,
      MoveEvent event,
      @Nullable String step,
      int attempt,
      @Nullable JsonNode request,
      @Nullable JsonNode answer,
      @Nullable Duration duration,
      Map<String, Long> counts) {
    return new MoveData(
        tierMove,
        event,
        tierMove.name(),
        tenant,
        direction,
        step,
        attempt,
        request,
        answer,
        duration == null ? null : duration.toMillis(),
        counts);
  }

  /** The name of the call that is, or was, sent; empty for an event without one. */
  public String call() {
    return request == null ? "" : request.path("call").asText();
  }

  @Override
  public AuditType type() {
    return AuditType.MOVE;
  }
}
