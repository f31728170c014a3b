package io.tierkeeper.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that only grows; the seam at which tests and simulations let the disk fail. */
public interface AppendFile extends Closeable {

  /** Opens files for appending, creating them where they are missing. */
  @FunctionalInterface
  interface Opener {

    /** Opens a file. */
    AppendFile open(Path path) throws IOException;

    /** Returns when the names in a directory are on disk: after a file was created, renamed or removed. */
    default void forceDirectory(Path directory) throws IOException {
      AppendFile.forceDirectory(directory);
    }
  }

  /** Writes all of it at the end. */
  void append(ByteBuffer bytes) throws IOException;

  /** Returns when everything appended, and the length, is on disk. */
  void force() throws IOException;

  /** The length now of what lies under the file's name, whoever wrote it or put it there. */
  long size() throws IOException;

  /** A file of the machine's file system. */
  static AppendFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    return new AppendFile() {
      @Override
      public void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }

      @Override
      public void force() throws IOException {
        channel.force(true);
      }

      @Override
      public long size() throws IOException {
        return Files.size(path);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  /** Returns when the names in a directory are on disk: after a file was created, renamed or removed. */
  static void forceDirectory(Path directory) throws IOException {
    DirectoryFlush.OF_THIS_MACHINE.force(directory);
  }
}
