/** Tests of the adapter against a scripted server. */
@NullMarked
package io.tierkeeper.qdrant.grpc;

import org.jspecify.annotations.NullMarked;
