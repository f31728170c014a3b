package io.tierkeeper.moves.snapshot;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of snapshots, each with a description of the same name in JSON. The description is written first, so that what a
 * crash leaves behind is known to be Tierkeeper's; files without one are never touched.
 */
public final class SnapshotStore {

  /** No directory is set. */
  public static final SnapshotStore NONE = new SnapshotStore(null);

  private static final Logger log = LoggerFactory.getLogger(SnapshotStore.class);

  private static final String DESCRIPTION = ".json";
  private static final String SNAPSHOT = ".snapshot";

  private static final JsonMapper JSON = JsonMapper.builder()
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .addModule(new JavaTimeModule())
      .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
      .enable(SerializationFeature.INDENT_OUTPUT)
      .build();

  private final @Nullable Path directory;

  private SnapshotStore(@Nullable Path directory) {
    this.directory = directory;
  }

  /** Snapshots in a directory, which is created with the first of them. */
  public static SnapshotStore in(Path directory) {
    return new SnapshotStore(directory);
  }

  /** Whether there is a directory. */
  public boolean present() {
    return directory != null;
  }

  /** Where they are. */
  public Path directory() {
    return Objects.requireNonNull(directory, "no directory is set");
  }

  /**
   * Stores a snapshot, in the place of an earlier one of the same move.
   *
   * @param download writes the file
   * @param content of the key, read when the file is there
   * @return the same, complete
   * @throws IOException if the directory cannot be written
   */
  public StoredSnapshot store(
      StoredSnapshot begun, Consumer<Path> download, Supplier<KeyContent> content)
      throws IOException {
    Files.createDirectories(directory());
    describe(begun);
    Path file = directory().resolve(begun.file());
    try {
      download.accept(file);
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    StoredSnapshot whole = begun.completed(Files.size(file), sha256(file), content.get());
    describe(whole);
    return whole;
  }

  private void describe(StoredSnapshot snapshot) throws IOException {
    Path description = description(snapshot.file());
    Path part = description.resolveSibling(description.getFileName() + ".part");
    JSON.writeValue(part.toFile(), snapshot);
    Files.move(
        part, description, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path description(String file) {
    return directory().resolve(file.substring(0, file.length() - SNAPSHOT.length()) + DESCRIPTION);
  }

  /** Whether a name is that of a description or of a snapshot. */
  private static boolean named(String file) {
    return file.endsWith(SNAPSHOT) && !file.contains("/") && !file.contains("\\");
  }

  /**
   * The description of one snapshot.
   *
   * @param path of the snapshot, or of its description
   * @throws IOException if there is none, or it cannot be read
   */
  public static StoredSnapshot read(Path path) throws IOException {
    String name = path.getFileName().toString();
    Path description = name.endsWith(DESCRIPTION)
        ? path
        : path.resolveSibling(name.replaceFirst("\\.snapshot$", "") + DESCRIPTION);
    StoredSnapshot read = JSON.readValue(description.toFile(), StoredSnapshot.class);
    if (read.version() != StoredSnapshot.VERSION || read.origin() == null || !named(read.file())) {
      throw new IOException(description + " does not describe a snapshot of Tierkeeper");
    }
    return read;
  }

  /** All of them, in the order of their names; without what Tierkeeper has not described. */
  public List<StoredSnapshot> list() {
    if (directory == null) {
      return List.of();
    }
    List<StoredSnapshot> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path path :
          files.filter(path -> path.toString().endsWith(DESCRIPTION)).sorted().toList()) {
        try {
          found.add(read(path));
        } catch (IOException e) {
          log.debug("{} is left alone: {}", path, e.toString());
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("snapshots in " + directory + " cannot be listed", e);
    }
    return found;
  }

  /**
   * Deletes what is kept no longer.
   *
   * @return how many snapshots were deleted
   */
  public int prune(Instant now) {
    int deleted = 0;
    for (StoredSnapshot snapshot : list()) {
      if (!snapshot.keepUntil().isAfter(now)) {
        delete(snapshot);
        log.info(
            "deleted snapshot {}, which was kept until {}", snapshot.file(), snapshot.keepUntil());
        deleted++;
      }
    }
    return deleted;
  }

  private void delete(StoredSnapshot snapshot) {
    Path file = directory().resolve(snapshot.file());
    try {
      Files.deleteIfExists(file.resolveSibling(snapshot.file() + ".part"));
      Files.deleteIfExists(file);
      // The last, so that an interrupted deletion is repeated.
      Files.deleteIfExists(description(snapshot.file()));
    } catch (IOException e) {
      throw new UncheckedIOException("snapshot " + file + " cannot be deleted", e);
    }
  }

  /** The checksum of a file, 64 hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime offers no SHA-256", e);
    }
  }
}
