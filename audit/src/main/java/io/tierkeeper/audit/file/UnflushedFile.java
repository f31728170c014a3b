package io.tierkeeper.audit.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * A file whose flush failed: the page cache may show lines that the disk does not have, and no later flush of the same
 * file would say so. Only what is written again counts.
 */
final class UnflushedFile {

  private static final int CHUNK = 1 << 16;

  private UnflushedFile() {}

  /**
   * Puts a flushed copy in the file's place.
   *
   * @param size that the file must still have at the end, or another writer is at work
   */
  static void rewrite(Path file, long size, AppendFile.Opener opener) throws IOException {
    Path copy = file.resolveSibling(file.getFileName() + ".unfinished");
    Files.deleteIfExists(copy);
    try {
      copy(file, copy, opener);
      if (Files.size(file) != size || Files.size(copy) != size) {
        throw new IOException(
            file + " changed while it was written again: another writer is at work");
      }
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      // Half a copy must not fill a disk that is full already.
      Files.deleteIfExists(copy);
    }
    opener.forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
  }

  private static void copy(Path file, Path copy, AppendFile.Opener opener) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        AppendFile out = opener.open(copy)) {
      for (byte[] chunk = in.readNBytes(CHUNK); chunk.length > 0; chunk = in.readNBytes(CHUNK)) {
        out.append(ByteBuffer.wrap(chunk));
      }
      out.force();
    }
  }
}
