/** Scenarios, workloads and the checker that judges their history. */
@NullMarked
package io.tierkeeper.simulation;

import org.jspecify.annotations.NullMarked;
