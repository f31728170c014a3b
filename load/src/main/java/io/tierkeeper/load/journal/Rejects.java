package io.tierkeeper.load.journal;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.load.source.RowException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The rows that were refused, a JSON line for each; the file is created with the first of them. */
public final class Rejects implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String source;
  private final long keep;
  private @Nullable FileChannel channel;

  /**
   * @param source the name of the file that the rows are of
   * @param keep the bytes that a journal knows of; what follows them is of a run that crashed and is dropped
   */
  public Rejects(Path file, String source, long keep) {
    this.file = file;
    this.source = source;
    this.keep = keep;
  }

  /** Writes a row and returns the length of the file. */
  public synchronized long add(RowException reject) throws IOException {
    if (channel == null) {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(Math.min(keep, Files.size(file)));
      channel.position(channel.size());
    }
    String line = JSON.writeValueAsString(JSON.createObjectNode()
            .put("file", source)
            .put("line", reject.row())
            .put("field", reject.field())
            .put("value", reject.value())
            .put("allowed", reject.allowed()))
        + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    return channel.position();
  }

  @Override
  public synchronized void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
