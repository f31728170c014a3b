/** Probes and metrics over HTTP. */
@NullMarked
package io.tierkeeper.operator.health;

import org.jspecify.annotations.NullMarked;
