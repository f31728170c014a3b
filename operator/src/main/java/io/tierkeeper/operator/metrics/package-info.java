/** The meters that the operator publishes. */
@NullMarked
package io.tierkeeper.operator.metrics;

import org.jspecify.annotations.NullMarked;
