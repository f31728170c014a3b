/** A Qdrant of several peers inside the JVM, behind real gRPC and REST ports. */
@NullMarked
package io.tierkeeper.lab.qdrant.emulator;

import org.jspecify.annotations.NullMarked;
