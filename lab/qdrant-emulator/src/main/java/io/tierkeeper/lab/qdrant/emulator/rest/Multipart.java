package io.tierkeeper.lab.qdrant.emulator.rest;

import com.google.common.primitives.Bytes;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The one file in a multipart/form-data body. */
final class Multipart {

  private Multipart() {}

  static byte[] file(@Nullable String contentType, byte[] body) {
    String boundary = boundary(contentType);
    byte[] head = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] tail = ("\r\n--" + boundary).getBytes(StandardCharsets.UTF_8);
    int start = Bytes.indexOf(body, head);
    byte[] part =
        Arrays.copyOfRange(body, start < 0 ? body.length : start + head.length, body.length);
    int end = Bytes.indexOf(part, tail);
    if (end < 0) {
      throw QdrantError.badRequest("Multipart error: the body has no complete part");
    }
    return Arrays.copyOf(part, end);
  }

  private static String boundary(@Nullable String contentType) {
    if (contentType != null && contentType.startsWith("multipart/form-data")) {
      for (String parameter : contentType.split(";", -1)) {
        String trimmed = parameter.strip();
        if (trimmed.startsWith("boundary=")) {
          return trimmed.substring("boundary=".length()).replace("\"", "");
        }
      }
    }
    throw QdrantError.badRequest(
        "Content type error: multipart/form-data with a boundary is expected");
  }
}
