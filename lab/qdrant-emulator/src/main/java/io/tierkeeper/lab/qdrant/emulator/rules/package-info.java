/** The rules of the engine that clients must keep, and the record of their violations. */
@NullMarked
package io.tierkeeper.lab.qdrant.emulator.rules;

import org.jspecify.annotations.NullMarked;
