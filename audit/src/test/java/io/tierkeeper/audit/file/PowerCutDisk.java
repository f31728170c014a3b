package io.tierkeeper.audit.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A disk that keeps after a power cut only what was flushed: bytes by file, names by directory. Bytes of a failed flush
 * stay readable until then, and no later flush of the same file brings them to the disk, as with Linux.
 */
final class PowerCutDisk implements AppendFile.Opener {

  /** What of a file, wherever it lies by now, is on the disk. */
  private static final class Blocks {
    private int flushedTo;
    private final List<int[]> lost = new ArrayList<>();

    void truncate(int size) {
      flushedTo = Math.min(flushedTo, size);
      lost.removeIf(range -> range[0] >= size);
      lost.forEach(range -> range[1] = Math.min(range[1], size));
    }
  }

  private final Map<Object, Blocks> blocks = new HashMap<>();
  private final Map<Path, Map<String, Object>> names = new HashMap<>();
  private int flushesUntilFailure = Integer.MAX_VALUE;
  private int appendsUntilFull = Integer.MAX_VALUE;

  /** The flush after so many more fails. */
  void failFlushAfter(int flushes) {
    flushesUntilFailure = flushes;
  }

  /** There is no space for the append after so many more, but for half of it. */
  void fullAfter(int appends) {
    appendsUntilFull = appends;
  }

  void repair() {
    flushesUntilFailure = Integer.MAX_VALUE;
    appendsUntilFull = Integer.MAX_VALUE;
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    AppendFile.forceDirectory(directory);
    Map<String, Object> now = new HashMap<>();
    for (Path file : files(directory)) {
      now.put(String.valueOf(file.getFileName()), inode(file));
    }
    names.put(directory, now);
  }

  /** Leaves in the directory what a machine finds there after it lost power. */
  void cutPower(Path directory) throws IOException {
    Map<Object, byte[]> contents = new HashMap<>();
    for (Path file : files(directory)) {
      byte[] content = Files.readAllBytes(file);
      Blocks known = blocks.get(inode(file));
      if (known != null) {
        content = Arrays.copyOf(content, Math.min(content.length, known.flushedTo));
        for (int[] range : known.lost) {
          Arrays.fill(content, range[0], Math.min(range[1], content.length), (byte) 0);
        }
      }
      contents.put(inode(file), content);
    }
    for (Path file : files(directory)) {
      Files.delete(file);
    }
    for (Map.Entry<String, Object> name :
        names.getOrDefault(directory, Map.of()).entrySet()) {
      byte[] content = contents.get(name.getValue());
      if (content != null) {
        Files.write(directory.resolve(name.getKey()), content);
      }
    }
    blocks.clear();
  }

  @Override
  public AppendFile open(Path path) throws IOException {
    AppendFile file = AppendFile.open(path);
    Blocks own = blocks.computeIfAbsent(inode(path), inode -> new Blocks());
    own.truncate((int) file.size());
    return new AppendFile() {
      @Override
      public void append(ByteBuffer bytes) throws IOException {
        if (appendsUntilFull == 0) {
          file.append(bytes.slice(bytes.position(), bytes.remaining() / 2));
          throw new IOException("No space left on device");
        }
        appendsUntilFull--;
        file.append(bytes);
      }

      @Override
      public void force() throws IOException {
        int size = (int) file.size();
        if (flushesUntilFailure == 0) {
          own.lost.add(new int[] {own.flushedTo, size});
          own.flushedTo = size;
          throw new IOException("Input/output error");
        }
        flushesUntilFailure--;
        own.flushedTo = size;
      }

      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  private static Object inode(Path file) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, BasicFileAttributes.class).fileKey(),
        "a file system with inodes");
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
