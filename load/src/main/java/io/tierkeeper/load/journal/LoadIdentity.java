package io.tierkeeper.load.journal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/**
 * What must be the same for a load to resume: the files and the options that decide what is written where.
 *
 * @param values by name, for the first line of the journal
 */
public record LoadIdentity(SortedMap<String, String> values) {
  private static final int HEAD_BYTES = 1 << 16;

  /** A file's size, time and beginning; a change of any of them ends the resumption. */
  public static String ofFile(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = MessageDigest.getInstance("SHA-256").digest(in.readNBytes(HEAD_BYTES));
      return Files.size(file) + " bytes of " + Files.getLastModifiedTime(file).toInstant() + " "
          + HexFormat.of().formatHex(head, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    values.forEach(node::put);
    return node;
  }
}
