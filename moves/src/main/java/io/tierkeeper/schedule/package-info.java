/** Cron expressions and windows as pure questions about an instant. */
@NullMarked
package io.tierkeeper.schedule;

import org.jspecify.annotations.NullMarked;
