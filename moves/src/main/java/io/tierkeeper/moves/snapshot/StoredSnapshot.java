package io.tierkeeper.moves.snapshot;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a stored snapshot; it is kept beside the file, as JSON.
 *
 * @param version of this form
 * @param file name of the snapshot in the same directory
 * @param takenAt when it was begun
 * @param keepUntil the operator deletes it afterwards
 * @param bytes size of the file
 * @param sha256 of the file, 64 hexadecimal digits; empty until the file is complete
 * @param points of the key when it was taken
 * @param content fingerprint of all ids and payloads; null where clients wrote while it was taken
 * @param vectors name, size, distance and type of each vector of the collection
 */
public record StoredSnapshot(
    int version,
    String file,
    SnapshotOrigin origin,
    Instant takenAt,
    Instant keepUntil,
    long bytes,
    String sha256,
    long points,
    @Nullable String content,
    Map<String, String> vectors) {

  static final int VERSION = 1;

  /** A snapshot whose file is not there yet. */
  public static StoredSnapshot begun(
      SnapshotOrigin origin, Instant takenAt, Instant keepUntil, Map<String, String> vectors) {
    return new StoredSnapshot(
        VERSION, origin.file(), origin, takenAt, keepUntil, 0, "", 0, null, vectors);
  }

  StoredSnapshot completed(long size, String checksum, KeyContent found) {
    return new StoredSnapshot(
        version,
        file,
        origin,
        takenAt,
        keepUntil,
        size,
        checksum,
        found.points(),
        found.fingerprint(),
        vectors);
  }

  /** Whether the file was stored completely. */
  public boolean complete() {
    return !sha256.isEmpty();
  }
}
