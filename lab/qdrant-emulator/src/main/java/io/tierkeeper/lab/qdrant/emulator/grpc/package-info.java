/** The gRPC services of a peer, behind a port or on the caller's thread. */
@NullMarked
package io.tierkeeper.lab.qdrant.emulator.grpc;

import org.jspecify.annotations.NullMarked;
