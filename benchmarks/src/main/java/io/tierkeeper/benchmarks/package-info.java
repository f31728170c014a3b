/** JMH benchmarks of what must be fast. */
@NullMarked
package io.tierkeeper.benchmarks;

import org.jspecify.annotations.NullMarked;
