package io.tierkeeper.audit.history;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.file.AuditWriter;
import io.tierkeeper.audit.file.LineFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes of a line and where they are; parsed only when it is needed. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record RawLine(Path file, long number, long offset, byte[] buffer, int from, int to) {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** The line that was read last; valid until the next one is read. */
  static RawLine of(LineFile file) {
    return new RawLine(
        file.path(), file.number(), file.offset(), file.buffer(), file.from(), file.to());
  }

  /** The same in an array of its own. */
  RawLine copy() {
    return new RawLine(file, number, offset, Arrays.copyOfRange(buffer, from, to), 0, to - from);
  }

  /** The CloudEvents type, which is one of the first members; empty where there is none. */
  String type() {
    try (JsonParser json = MAPPER.getFactory().createParser(buffer, from, to - from)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isType = json.currentName().equals("type");
        if (json.nextToken() == JsonToken.VALUE_STRING && isType) {
          return json.getText();
        }
        json.skipChildren();
      }
      return "";
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The line; null where its type is unknown. */
  @Nullable
  AuditLine parse() {
    try {
      JsonNode event = MAPPER.readTree(buffer, from, to - from);
      Optional<AuditType> type = AuditType.ofEventType(event.path("type").asText());
      if (type.isEmpty() && event.path("type").isTextual()) {
        return null;
      }
      return new AuditLine(
          file,
          number,
          offset,
          Long.parseLong(event.required("sequence").asText()),
          event.required("id").asText(),
          event.required("source").asText(),
          event.required("subject").asText(),
          Instant.parse(event.required("time").asText()),
          event.required("entryhash").asText(),
          MAPPER.treeToValue(event.required("data").required("actor"), AuditWriter.class),
          event.required("data").has("shortened"),
          EventJson.read(
              type.orElseThrow(() -> new IllegalArgumentException("member type is missing")),
              (ObjectNode) event.required("data")));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private IllegalArgumentException unreadable(Exception cause) {
    return new IllegalArgumentException(
        "%s: line %d, byte %d: is no audit line; run 'audit verify' on it"
            .formatted(file, number, offset),
        cause);
  }
}
