/** Copies collections of other layouts into a tiered collection, switches an alias to it and back. */
@NullMarked
package io.tierkeeper.migrate;

import org.jspecify.annotations.NullMarked;
