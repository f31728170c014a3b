/** The proof tested itself: mistakes that programmers make, planted one at a time into a copy of the classes, must be found. */
@NullMarked
package io.tierkeeper.lab.faults.mutants;

import org.jspecify.annotations.NullMarked;
