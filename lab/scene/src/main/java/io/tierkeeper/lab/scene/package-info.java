/** Drives the move engine over a tiered collection under load, in real time or in virtual time without ports. */
@NullMarked
package io.tierkeeper.lab.scene;

import org.jspecify.annotations.NullMarked;
