/** The REST API of a peer, behind a port or on the caller's thread. */
@NullMarked
package io.tierkeeper.lab.qdrant.emulator.rest;

import org.jspecify.annotations.NullMarked;
