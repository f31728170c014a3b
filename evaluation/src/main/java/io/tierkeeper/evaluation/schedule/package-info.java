/**
 * Cron expressions and windows as pure questions about an instant.
 *
 * <p>Daylight saving: a firing whose wall-clock time is skipped in spring does not happen that day; one whose
 * wall-clock time comes twice in autumn happens once, at the earlier of the two, unless its hour is a wildcard: each
 * minute, or each hour, happens in both. A window's duration is elapsed
 * time, so that a window of four hours over the change still lasts four hours. In UTC there is neither.
 */
@NullMarked
package io.tierkeeper.evaluation.schedule;

import org.jspecify.annotations.NullMarked;
