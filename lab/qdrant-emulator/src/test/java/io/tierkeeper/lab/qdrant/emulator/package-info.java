/** Tests of the emulator, and the JUnit extension with which other tests use it. */
@NullMarked
package io.tierkeeper.lab.qdrant.emulator;

import org.jspecify.annotations.NullMarked;
