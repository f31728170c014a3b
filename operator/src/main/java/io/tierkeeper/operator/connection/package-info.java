/** Connections to Qdrant, as the spec of a TieredCollection and its Secrets say now. */
@NullMarked
package io.tierkeeper.operator.connection;

import org.jspecify.annotations.NullMarked;
