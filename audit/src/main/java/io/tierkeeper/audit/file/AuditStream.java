package io.tierkeeper.audit.file;

import io.tierkeeper.audit.chain.HashChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose trail it is: one per TieredCollection.
 *
 * @param source the CloudEvents {@code source}, such as {@code /namespaces/data/tieredcollections/kb}
 */
public record AuditStream(String namespace, String name, String source) {

  private static final int READABLE_LENGTH = 64;
  private static final int HASH_LENGTH = 12;

  /** The trail of the TieredCollection with this name. */
  public static AuditStream of(String namespace, String name) {
    return new AuditStream(
        namespace, name, "/namespaces/" + namespace + "/tieredcollections/" + name);
  }

  /**
   * The file name without ending, {@code <namespace>.<name>-<hash>}: letters, digits and hyphens of the names, cut to
   * 64 each, and a hash of the source, so that neither a path nor another stream's file can be meant.
   */
  public String fileStem() {
    return readable(namespace) + "." + readable(name) + "-" + hash(source);
  }

  static String hash(String source) {
    return HashChain.sha256Hex(source.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_LENGTH);
  }

  /** The files of this trail in a directory, oldest first; empty when there are none. */
  public List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> files = new ArrayList<>(AuditFiles.segments(directory, fileStem()));
    Path current = AuditFiles.current(directory, fileStem());
    if (Files.exists(current)) {
      files.add(current);
    }
    return List.copyOf(files);
  }

  /** How many bytes the files of this trail have in a directory. */
  public long size(Path directory) throws IOException {
    return AuditFiles.size(files(directory));
  }

  private static String readable(String name) {
    String safe = name.replaceAll("[^a-z0-9-]", "_");
    return safe.substring(0, Math.min(safe.length(), READABLE_LENGTH));
  }
}
