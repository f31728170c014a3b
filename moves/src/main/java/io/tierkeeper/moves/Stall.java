package io.tierkeeper.moves;

/**
 * What a person is asked for.
 *
 * @param command what resolves it, for a shell; {@code $QDRANT} is the REST address of the peer that the message names
 */
record Stall(StallReason reason, String message, String command) {}
