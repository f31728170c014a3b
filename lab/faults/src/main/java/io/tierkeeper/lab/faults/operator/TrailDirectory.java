package io.tierkeeper.lab.faults.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The directory of the audit trails of one run, deleted on close. It is in memory where the machine offers that, since no
 * power fails here.
 */
public record TrailDirectory(Path path) implements AutoCloseable {

  static TrailDirectory create() {
    try {
      Path memory = Path.of("/dev/shm");
      return new TrailDirectory(
          Files.isWritable(memory)
              ? Files.createTempDirectory(memory, "tierkeeper-trails")
              : Files.createTempDirectory("tierkeeper-trails"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of all trails in a directory. */
  static long size(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      long sum = 0;
      for (Path file : files.toList()) {
        sum += Files.size(file);
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
