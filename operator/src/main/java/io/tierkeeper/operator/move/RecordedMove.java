package io.tierkeeper.operator.move;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the audit trail has of a move whose status was lost.
 *
 * @param retainedUntil the end of the retention that it announced first; null where it has announced none
 */
public record RecordedMove(@Nullable Instant retainedUntil) {}
