package io.tierkeeper.operator.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** TLS material in files that no other user may read, in a directory that is deleted on close. */
public final class CertificateFiles implements AutoCloseable {

  private @Nullable Path directory;

  /**
   * Stores PEM content, byte for byte.
   *
   * @param prefix of the file's name
   * @param name of the content, such as {@code ca.crt}
   * @return the file; null where there is no content
   */
  @Nullable
  Path store(String prefix, String name, @Nullable String content) {
    if (content == null) {
      return null;
    }
    try {
      Path file = Files.createTempFile(
          directory(),
          prefix,
          "-" + name,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, content, StandardCharsets.ISO_8859_1);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("certificate " + name + " cannot be stored", e);
    }
  }

  private synchronized Path directory() throws IOException {
    Path existing = directory;
    if (existing == null) {
      existing = Files.createTempDirectory(
          "tierkeeper-tls",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      directory = existing;
    }
    return existing;
  }

  @Override
  public synchronized void close() {
    if (directory == null) {
      return;
    }
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("certificates in " + directory + " cannot be removed", e);
    }
    directory = null;
  }
}
