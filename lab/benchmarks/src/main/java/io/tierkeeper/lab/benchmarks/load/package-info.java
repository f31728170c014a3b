/** How fast vectors are loaded: the loader beside a hand-written loop over the official client. */
@NullMarked
package io.tierkeeper.lab.benchmarks.load;

import org.jspecify.annotations.NullMarked;
