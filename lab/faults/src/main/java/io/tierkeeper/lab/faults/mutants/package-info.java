/** Mutation testing of the laboratory: faults in the product's sources, kept as diffs, that a run must detect. */
@NullMarked
package io.tierkeeper.lab.faults.mutants;

import org.jspecify.annotations.NullMarked;
