package io.tierkeeper.load.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.TenantId;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a load that are done, in a file of JSON lines that only grows. A line is written after the server has
 * acknowledged its points, so a crash loses at most the lines of the batches in flight, and their points are written again
 * under the same ids. An incomplete last line is dropped. Safe for use by several threads.
 *
 * <p>Its lines: the identity of the load; {@code tenant}, {@code rows} and {@code ids} of a batch; {@code refused}, a row
 * that cannot be loaded, with the length of the file of refused rows; {@code missing}, rows whose points the check did not
 * find, so that they are written again.
 */
public final class Journal implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KIND = "tierkeeper-load-journal";
  private static final int UUID_TAG = 1;

  private final Path file;
  private final FileChannel channel;
  private final RowSet done = new RowSet();
  private long refused;
  private long rejectBytes;

  private Journal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens the journal of a load, or begins one.
   *
   * @throws UsageException if the file is the journal of another load, or no journal, or in use
   */
  public static Journal open(Path file, LoadIdentity identity) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UsageException("journal " + file + " cannot be written (" + e
          + "); give --journal the name of a file that can");
    }
    try {
      lock(file, channel);
      Journal journal = new Journal(file, channel);
      journal.recover(identity);
      return journal;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(Path file, FileChannel channel) throws IOException {
    boolean locked;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false;
    }
    if (!locked) {
      throw new UsageException("journal " + file
          + " is in use by another load; wait for its end, or give --journal another file");
    }
  }

  private void recover(LoadIdentity identity) throws IOException {
    ObjectNode header = JSON.createObjectNode().put("kind", KIND);
    header.setAll(identity.json());
    long good = 0;
    boolean first = true;
    try (Lines lines = new Lines(file)) {
      byte[] line;
      while ((line = lines.next()) != null) {
        JsonNode node = object(line);
        if (first) {
          requireSame(node, header);
          first = false;
        } else if (node == null || !apply(node)) {
          break;
        }
        good = lines.offset();
      }
      if (first && lines.leftOver() > 0 && !lines.isPrefixOf(bytes(header))) {
        throw notAJournal();
      }
    }
    channel.truncate(good);
    channel.position(good);
    if (first) {
      append(header);
    }
  }

  private UsageException notAJournal() {
    return new UsageException("journal " + file
        + " is not a journal of tierkeeper load; give --journal the name of a new file");
  }

  private void requireSame(@Nullable JsonNode found, ObjectNode expected) {
    if (found == null || !KIND.equals(found.path("kind").asText())) {
      throw notAJournal();
    }
    List<String> differences = new ArrayList<>();
    expected.fieldNames().forEachRemaining(name -> {
      if (!expected.path(name).equals(found.path(name))) {
        differences.add(name + " was '" + found.path(name).asText() + "' and is '"
            + expected.path(name).asText() + "'");
      }
    });
    if (!differences.isEmpty()) {
      throw new UsageException(
          "journal " + file + " is of another load: "
              + String.join("; ", differences)
              + ". Give the same options and files to resume it, or --restart to load everything again");
    }
  }

  private static @Nullable JsonNode object(byte[] line) {
    try {
      JsonNode node = JSON.readTree(line);
      return node != null && node.isObject() ? node : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether the line is one of this journal; after a loss of power a tail may be anything. */
  private boolean apply(JsonNode line) {
    try {
      if (line.has("rows")) {
        batch(line);
        done.addAll(line.path("rows").asText());
      } else if (line.has("refused")) {
        refused += done.add(line.path("refused").asLong()) ? 1 : 0;
        rejectBytes = line.path("rejectBytes").asLong();
      } else if (line.has("missing")) {
        done.removeAll(line.path("missing").asText());
      } else {
        return false;
      }
      return true;
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return false;
    }
  }

  /** Whether a row is written or refused. */
  public synchronized boolean isDone(long row) {
    return done.contains(row);
  }

  /** Number of rows that are written or refused. */
  public synchronized long rowsDone() {
    return done.size();
  }

  /** Number of rows that are refused. */
  public synchronized long rowsRefused() {
    return refused;
  }

  /** The length of the file of refused rows, as far as this journal knows of them. */
  public synchronized long rejectBytes() {
    return rejectBytes;
  }

  /** Records points that the server has acknowledged. */
  public synchronized void written(WrittenBatch batch) throws IOException {
    RowSet rows = new RowSet();
    batch.rows().forEach(rows::add);
    ObjectNode line = JSON.createObjectNode();
    if (batch.tenant().keyword() != null) {
      line.put("tenant", batch.tenant().keyword());
    } else {
      line.put("tenant", batch.tenant().number());
    }
    append(line.put("rows", rows.toString()).put("ids", encode(batch.ids())));
    batch.rows().forEach(done::add);
  }

  /** Records a row that cannot be loaded. */
  public synchronized void refused(long row, long bytesOfRejects) throws IOException {
    append(JSON.createObjectNode().put("refused", row).put("rejectBytes", bytesOfRejects));
    refused += done.add(row) ? 1 : 0;
    rejectBytes = bytesOfRejects;
  }

  /** Records rows whose points do not exist although the server had acknowledged them. */
  public synchronized void missing(RowSet rows) throws IOException {
    append(JSON.createObjectNode().put("missing", rows.toString()));
    done.removeAll(rows.toString());
  }

  /** All batches, in the order in which they were acknowledged; rows that were missing later are among them. */
  public void batches(Consumer<WrittenBatch> each) throws IOException {
    try (Lines lines = new Lines(file)) {
      byte[] line;
      while ((line = lines.next()) != null) {
        JsonNode node = object(line);
        if (node != null && node.has("rows")) {
          each.accept(batch(node));
        }
      }
    }
  }

  /** Ends the journal of a load that is complete. */
  public void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void append(ObjectNode line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(bytes(line));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static byte[] bytes(ObjectNode line) throws JsonProcessingException {
    return (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static WrittenBatch batch(JsonNode line) {
    JsonNode tenant = line.path("tenant");
    RowSet rows = new RowSet();
    rows.addAll(line.path("rows").asText());
    List<PointId> ids = decode(line.path("ids").asText());
    List<Long> numbers = new ArrayList<>();
    rows.forEach(numbers::add);
    if (ids.size() != numbers.size()) {
      throw new IllegalArgumentException("not as many ids as rows");
    }
    return new WrittenBatch(
        tenant.isTextual() ? TenantId.of(tenant.asText()) : TenantId.of(tenant.asLong()),
        numbers,
        ids);
  }

  private static String encode(List<PointId> ids) {
    ByteBuffer bytes = ByteBuffer.allocate(ids.size() * (1 + 2 * Long.BYTES));
    for (PointId id : ids) {
      switch (id) {
        case PointId.Num num -> bytes.put((byte) 0).putLong(num.value());
        case PointId.Uuid uuid ->
          bytes
              .put((byte) UUID_TAG)
              .putLong(uuid.value().getMostSignificantBits())
              .putLong(uuid.value().getLeastSignificantBits());
      }
    }
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(bytes.array(), bytes.position()));
  }

  private static List<PointId> decode(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    List<PointId> ids = new ArrayList<>();
    while (bytes.hasRemaining()) {
      ids.add(
          bytes.get() == UUID_TAG
              ? PointId.of(new UUID(bytes.getLong(), bytes.getLong()))
              : PointId.of(bytes.getLong()));
    }
    return ids;
  }

  /** Reads the complete lines of a file. */
  private static final class Lines implements Closeable {
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long offset;

    Lines(Path file) throws IOException {
      in = new BufferedInputStream(Files.newInputStream(file));
    }

    /** The next line without its end; null where no complete one follows. */
    byte @Nullable [] next() throws IOException {
      line.reset();
      int c;
      while ((c = in.read()) >= 0) {
        if (c == '\n') {
          offset += line.size() + 1;
          return line.toByteArray();
        }
        line.write(c);
      }
      return null;
    }

    /** Where the next line begins. */
    long offset() {
      return offset;
    }

    /** Number of bytes after the last complete line. */
    int leftOver() {
      return line.size();
    }

    boolean isPrefixOf(byte[] complete) {
      byte[] part = line.toByteArray();
      return part.length <= complete.length
          && Arrays.equals(part, 0, part.length, complete, 0, part.length);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
