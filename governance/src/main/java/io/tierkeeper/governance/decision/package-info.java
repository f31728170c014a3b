/** Decisions as values: a chain of pure rules over one gathered input. */
@NullMarked
package io.tierkeeper.governance.decision;

import org.jspecify.annotations.NullMarked;
