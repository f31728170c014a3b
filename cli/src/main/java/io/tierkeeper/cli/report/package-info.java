/** Reports of simulations as pages that need nothing but themselves. */
@NullMarked
package io.tierkeeper.cli.report;

import org.jspecify.annotations.NullMarked;
