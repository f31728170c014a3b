package io.tierkeeper.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A key in a file, which is read again at most every {@link ClientConfig#FILE_CHECK}. */
final class KeyFile implements Supplier<@Nullable String> {

  private final Path file;
  private @Nullable String key;
  private long readAt;

  KeyFile(Path file) {
    this.file = file;
  }

  /** @throws TenantClientException.InvalidRequest if the file cannot be read and no earlier key is known */
  @Override
  public synchronized String get() {
    String known = key;
    if (known != null && System.nanoTime() - readAt < ClientConfig.FILE_CHECK.toNanos()) {
      return known;
    }
    return read(known);
  }

  /** Reads the file now; whether its content has changed. */
  synchronized boolean changed() {
    String before = key;
    return !read(before).equals(before);
  }

  private String read(@Nullable String known) {
    try {
      String found = Files.readString(file).strip();
      key = found;
      readAt = System.nanoTime();
      return found;
    } catch (IOException e) {
      // A file that is being replaced is absent for a moment; the last key serves until then.
      if (known != null) {
        return known;
      }
      throw new TenantClientException.InvalidRequest("apiKeyFile " + file + " cannot be read", e);
    }
  }
}
