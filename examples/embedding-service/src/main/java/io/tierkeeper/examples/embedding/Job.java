package io.tierkeeper.examples.embedding;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as its tenant sees it.
 *
 * @param attempts that were begun
 * @param segments of the text, which is the number of points
 * @param error of the last attempt; null where it had none
 */
record Job(
    UUID id,
    String tenant,
    Kind kind,
    String asset,
    JobState state,
    int attempts,
    int segments,
    @Nullable String error) {}
