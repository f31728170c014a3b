/** The options of {@code simulate --scenario huf-10-step}: its parameters, steps, scores and limits. */
@NullMarked
package io.tierkeeper.cli.steps;

import org.jspecify.annotations.NullMarked;
