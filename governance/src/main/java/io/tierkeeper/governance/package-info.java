/** The arithmetic of the governance model: contributions in, a damped composition out. */
@NullMarked
package io.tierkeeper.governance;

import org.jspecify.annotations.NullMarked;
