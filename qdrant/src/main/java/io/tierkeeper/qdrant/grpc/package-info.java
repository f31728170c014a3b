/** The adapter of the port on the official client and the REST-only paths. */
@NullMarked
package io.tierkeeper.qdrant.grpc;

import org.jspecify.annotations.NullMarked;
