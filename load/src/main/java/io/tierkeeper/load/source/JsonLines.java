package io.tierkeeper.load.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One JSON object in each line; empty lines are skipped and counted. */
final class JsonLines implements Rows {
  /** More than Qdrant takes in one request, so no loadable point is longer. */
  static final int MAX_LINE_BYTES = 64 << 20;

  private static final int SAMPLE = 80;
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final long bytes;
  private final Set<String> vectorFields;
  private final byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private long consumed;
  private byte[] line = new byte[BUFFER];
  private int length;
  private long number;

  /** @param bytes the size of the file; negative where it is not known */
  JsonLines(InputStream in, long bytes, Set<String> vectorFields) {
    this.in = in;
    this.bytes = bytes;
    this.vectorFields = vectorFields;
  }

  @Override
  public @Nullable Row next() throws IOException, RowException {
    while (readLine()) {
      number++;
      if (!blank()) {
        return parse();
      }
    }
    return null;
  }

  private Row parse() throws IOException, RowException {
    if (length > MAX_LINE_BYTES) {
      throw bad("lines of at most " + MAX_LINE_BYTES + " bytes");
    }
    try {
      return new Row(number, JsonValues.object(line, 0, length, vectorFields));
    } catch (JsonProcessingException e) {
      throw bad("one JSON object in a line ("
          + e.getOriginalMessage().lines().findFirst().orElse("") + ")");
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw bad("one JSON object in UTF-8 in a line");
    }
  }

  private RowException bad(String allowed) {
    return new RowException(
        number,
        "",
        new String(line, 0, Math.min(length, SAMPLE * 4), StandardCharsets.UTF_8),
        allowed);
  }

  private boolean blank() {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Reads up to the next line feed; of a line that is too long only its beginning is kept. */
  private boolean readLine() throws IOException {
    length = 0;
    boolean any = false;
    while (true) {
      if (from == to) {
        to = in.read(buffer);
        from = 0;
        if (to <= 0) {
          to = 0;
          return any;
        }
      }
      any = true;
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      append(end - from);
      consumed += end - from;
      boolean complete = end < to;
      from = complete ? end + 1 : end;
      if (complete) {
        consumed++;
        return true;
      }
    }
  }

  private void append(int count) {
    if (length > MAX_LINE_BYTES) {
      return;
    }
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(line.length * 2, length + count));
    }
    System.arraycopy(buffer, from, line, length, count);
    length += count;
  }

  @Override
  public List<String> columns() {
    return List.of();
  }

  @Override
  public double progress() {
    return bytes < 0 ? Double.NaN : bytes == 0 ? 1 : Math.min(1, (double) consumed / bytes);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
