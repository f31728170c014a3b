package io.tierkeeper.moves;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.tierkeeper.qdrant.PointId;
import java.net.URI;
import java.time.Duration;

/** How the tenant's writers are paused. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Fence.Webhook.class, name = "Webhook"),
  @JsonSubTypes.Type(value = Fence.Token.class, name = "Token"),
  @JsonSubTypes.Type(value = Fence.Manual.class, name = "Manual")
})
public sealed interface Fence {

  /**
   * The body of a webhook call.
   *
   * @param phase {@code Fence} or {@code Lift}
   */
  static ObjectNode request(Move move, String phase) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("phase", phase)
        .put("tenant", move.tenantText())
        .put("collection", move.collection())
        .put("move", move.name());
  }

  /** Called with phase {@code Fence} and {@code Lift}; any answer of the 200 class means done. */
  record Webhook(URI url, Duration timeout) implements Fence {}

  /** Hides, and restores, the payload of the point that the tenant's JWT requires by {@code value_exists}. */
  record Token(
      String collection,

      @JsonSerialize(using = ToStringSerializer.class)
      @JsonDeserialize(converter = PointIdReader.class)
      PointId point)
      implements Fence {}

  /** Reads the id of a marker point as it is stored. */
  final class PointIdReader extends StdConverter<String, PointId> {
    @Override
    public PointId convert(String text) {
      return PointId.parse(text);
    }
  }

  /** Waits until {@code TierMove.spec.fenced} is set. */
  record Manual() implements Fence {}
}
