package io.tierkeeper.moves;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which step a move is in and how far.
 *
 * @param name PascalCase, as {@code Replicate}
 * @param index from 1
 * @param of how many steps this kind of move has
 * @param attempt from 1
 * @param done points done in this step
 * @param total points to be done; 0 where the step does not count points
 * @param percent 0 to 100
 * @param etaSeconds null where it is not known
 */
public record StepProgress(
    String name,
    int index,
    int of,
    int attempt,
    Instant startedAt,
    long done,
    long total,
    int percent,
    @Nullable Long etaSeconds) {}
