/** Traces: what the tenants of a collection bring over time, generated from scenarios under a seed. */
@NullMarked
package io.tierkeeper.simulation.trace;

import org.jspecify.annotations.NullMarked;
