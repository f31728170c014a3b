package io.tierkeeper.moves;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * The snapshot of the dedicated key that a move has stored outside Qdrant.
 *
 * @param file its name in the directory of snapshots
 * @param peer that held the replica, as an unsigned number
 * @param bytes size of the file
 * @param points of the tenant when it was taken
 * @param sha256 of the file, 64 hexadecimal digits
 * @param keepUntil it is deleted afterwards
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record TakenSnapshot(
    String file, String peer, long bytes, long points, String sha256, Instant keepUntil) {}
