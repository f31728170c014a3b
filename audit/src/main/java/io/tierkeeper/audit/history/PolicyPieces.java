package io.tierkeeper.audit.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.UnreadableData;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts policies together that were written in pieces. */
final class PolicyPieces {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<String, Map<Integer, String>> texts = new HashMap<>();

  /** The policy with this piece, once all are there; null before. */
  @Nullable
  EventData take(PolicyData data, PolicyData.Piece piece) {
    Map<Integer, String> parts =
        texts.computeIfAbsent(data.policy().hash(), hash -> new TreeMap<>());
    parts.put(piece.part(), piece.text());
    if (parts.size() < piece.parts()) {
      return null;
    }
    texts.remove(data.policy().hash());
    String text = String.join("", parts.values());
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode spec) {
        return new PolicyData(data.object(), data.policy(), data.previousHash(), spec);
      }
    } catch (JsonProcessingException e) {
      return new UnreadableData(
          data.type(),
          "data.piece: the pieces are no JSON: " + e.getOriginalMessage(),
          data.spec());
    }
    return new UnreadableData(data.type(), "data.piece: the pieces are no object", data.spec());
  }
}
