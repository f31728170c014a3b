/** The reference scenario of the HUF note. */
@NullMarked
package io.tierkeeper.simulation;

import org.jspecify.annotations.NullMarked;
