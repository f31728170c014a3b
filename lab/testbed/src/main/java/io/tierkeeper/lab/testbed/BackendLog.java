package io.tierkeeper.lab.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Records which backend each module's tests ran on, one line for each choice, in the file that the system property
 * {@code tierkeeper.backends} names; the build prints it at its end.
 */
public final class BackendLog {
  private BackendLog() {}

  /** @param kind Kubernetes or Qdrant */
  public static void append(String kind, String description) {
    String line =
        System.getProperty("tierkeeper.module", "tests") + ": " + kind + " was " + description;
    System.out.println(line);
    @Nullable String file = System.getProperty("tierkeeper.backends");
    if (file == null) {
      return;
    }
    try {
      Files.createDirectories(Path.of(file).toAbsolutePath().getParent());
      Files.writeString(
          Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
