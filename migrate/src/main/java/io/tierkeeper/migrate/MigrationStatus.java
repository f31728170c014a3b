package io.tierkeeper.migrate;

import org.jspecify.annotations.Nullable;

/**
 * How far a migration is, and what its last command did.
 *
 * @param state {@code NotBegun}, {@code Copying}, {@code Switching}, {@code Switched}, {@code Returning}, {@code Finishing} or
 *     {@code Finished}
 * @param live the collection, the pattern or the alias that applications use
 * @param sourceCollections that the source consists of
 * @param points of the live side, as counted by the last pass; -1 where none was made
 * @param passes over all points
 * @param written points that were missing or different
 * @param deleted points that the live side had no longer
 * @param foreign points of the target that other clients wrote
 * @param equal whether the last pass found both sides equal
 */
public record MigrationStatus(
    String state,
    String source,
    String target,
    @Nullable String alias,
    String live,
    int sourceCollections,
    long points,
    int passes,
    long written,
    long deleted,
    long foreign,
    boolean equal) {

  MigrationStatus in(String other) {
    return new MigrationStatus(
        other,
        source,
        target,
        alias,
        target,
        sourceCollections,
        points,
        passes,
        written,
        deleted,
        foreign,
        equal);
  }
}
