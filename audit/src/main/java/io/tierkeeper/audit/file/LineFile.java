package io.tierkeeper.audit.file;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A file read line by line as bytes, with the number and the offset of each line, in memory for one line only. A
 * {@code .gz} file is decompressed, and offsets are those of its content.
 */
public final class LineFile implements Closeable {

  private static final int SMALLEST_BUFFER = 1 << 12;
  private static final int USUAL_BUFFER = 1 << 18;
  private static final int MAX_BUFFER = Integer.MAX_VALUE - 8;

  private final Path path;
  private final InputStream in;
  private byte[] buffer;
  private int filled;
  private long bufferOffset;
  private int from;
  private int to;
  private int next;
  private long number;
  private boolean terminated;
  private boolean ended;

  private LineFile(Path path, InputStream in, int bufferSize) {
    this.path = path;
    this.in = in;
    buffer = new byte[bufferSize];
  }

  /** Where the bytes of a file come from; tests have them in memory. */
  @FunctionalInterface
  public interface Source {
    InputStream open(Path path) throws IOException;
  }

  public static LineFile open(Path path) throws IOException {
    return open(path, Files::newInputStream);
  }

  public static LineFile open(Path path, Source source) throws IOException {
    int bufferSize = Math.clamp(Files.size(path) + 1, SMALLEST_BUFFER, USUAL_BUFFER);
    InputStream in = source.open(path);
    try {
      return new LineFile(
          path,
          AuditFiles.isCompressed(path) ? new GZIPInputStream(in, SMALLEST_BUFFER) : in,
          bufferSize);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Goes to the next line; false at the end of the file. */
  public boolean advance() throws IOException {
    from = next;
    int searched = from;
    while (true) {
      for (int i = searched; i < filled; i++) {
        if (buffer[i] == '\n') {
          return line(i, i + 1, true);
        }
      }
      searched = filled;
      if (ended) {
        return from < filled && line(filled, filled, false);
      }
      searched -= makeRoom();
      fill();
    }
  }

  private boolean line(int lineEnd, int nextLine, boolean withLineFeed) {
    to = lineEnd;
    next = nextLine;
    terminated = withLineFeed;
    number++;
    return true;
  }

  /** Moves the begun line to the front, or grows the buffer when it fills it all; by how much it moved. */
  private int makeRoom() throws IOException {
    int moved = from;
    if (moved > 0) {
      System.arraycopy(buffer, from, buffer, 0, filled - from);
      filled -= moved;
      bufferOffset += moved;
      from = 0;
      next = 0;
    }
    if (filled == buffer.length) {
      if (buffer.length == MAX_BUFFER) {
        throw new EOFException(path + ": line " + (number + 1) + " is longer than 2 GiB");
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(MAX_BUFFER, buffer.length * 2L));
    }
    return moved;
  }

  private void fill() throws IOException {
    int read = in.read(buffer, filled, buffer.length - filled);
    if (read < 0) {
      ended = true;
    } else {
      filled += read;
    }
  }

  public Path path() {
    return path;
  }

  public byte[] buffer() {
    return buffer;
  }

  /** Where the line begins in {@link #buffer()}. */
  public int from() {
    return from;
  }

  /** Where it ends there, without its line feed. */
  public int to() {
    return to;
  }

  /** Where the line begins in the file, in bytes. */
  public long offset() {
    return bufferOffset + from;
  }

  /** Where the line ends in the file, its line feed included. */
  long endOffset() {
    return bufferOffset + next;
  }

  /** From 1. */
  public long number() {
    return number;
  }

  /** Whether the line ends in a line feed; only a file's last line may lack it. */
  public boolean terminated() {
    return terminated;
  }

  byte[] copy() {
    return Arrays.copyOfRange(buffer, from, to);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
