/** Runs of the whole operator: replicas with virtual adapters behind their leader session's ports, and their faults. */
@NullMarked
package io.tierkeeper.lab.faults.operator;

import org.jspecify.annotations.NullMarked;
