package io.tierkeeper.moves;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a finished move did.
 *
 * @param points how many points the tenant has in its new place
 * @param duration from the first step to the end
 * @param attempts how often the copy was started
 * @param difference points that a freeze found changed after the last copy scan, or 1 where a crash leaves their number
 *     unknown; 0 means that nothing can have been lost
 * @param snapshot the snapshot of the dedicated key that was stored; null where none was wanted
 */
public record MoveReport(
    long points,
    Duration duration,
    int attempts,
    long difference,
    VerificationReport verification,
    @Nullable TakenSnapshot snapshot) {}
