/** A real Prometheus and its promtool, which evaluate what the operator exports. */
@NullMarked
package io.tierkeeper.lab.testbed.prometheus;

import org.jspecify.annotations.NullMarked;
