package io.tierkeeper.moves.snapshot;

import java.time.Instant;

/**
 * What a restoration does, or has done.
 *
 * @param file name of the snapshot
 * @param takenAt when the snapshot was begun
 * @param key shard key that gets the points
 * @param peer that holds it, as an unsigned number
 * @param points of the key; before the restoration, of the snapshot
 * @param resumed whether an interrupted restoration was continued
 * @param exact whether ids and payloads were compared; false where clients wrote while the snapshot was taken
 */
public record RestoreResult(
    String file,
    Instant takenAt,
    String collection,
    String tenant,
    String key,
    String peer,
    long points,
    boolean resumed,
    boolean exact) {}
