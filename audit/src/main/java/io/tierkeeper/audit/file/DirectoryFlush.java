package io.tierkeeper.audit.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes the names in a directory. Some network and FUSE file systems refuse that with EINVAL, since they cannot flush a
 * directory or need not; the trail works on them as well, so that this is reported once and is no failure.
 */
final class DirectoryFlush {

  private static final Logger log = LoggerFactory.getLogger(DirectoryFlush.class);

  /** What Java makes of EINVAL. */
  private static final String INVALID_ARGUMENT = "Invalid argument";

  static final DirectoryFlush OF_THIS_MACHINE = new DirectoryFlush(DirectoryFlush::flush);

  /** The call of the operating system. */
  @FunctionalInterface
  interface Flush {
    void flush(Path directory) throws IOException;
  }

  private final Flush flush;
  private final AtomicBoolean reported = new AtomicBoolean();

  DirectoryFlush(Flush flush) {
    this.flush = flush;
  }

  void force(Path directory) throws IOException {
    try {
      flush.flush(directory);
    } catch (IOException e) {
      if (e.getMessage() == null || !e.getMessage().contains(INVALID_ARGUMENT)) {
        throw e;
      }
      if (reported.compareAndSet(false, true)) {
        log.warn(
            "The file system of {} does not flush directories ({}); a new audit file may be missing"
                + " after a power failure. The trail continues from the checkpoint in the status then",
            directory,
            e.toString());
      }
    }
  }

  /** Whether a flush was refused. */
  boolean reported() {
    return reported.get();
  }

  private static void flush(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
