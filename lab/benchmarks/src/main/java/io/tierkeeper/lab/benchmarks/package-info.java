/** JMH benchmarks of what must be fast. */
@NullMarked
package io.tierkeeper.lab.benchmarks;

import org.jspecify.annotations.NullMarked;
