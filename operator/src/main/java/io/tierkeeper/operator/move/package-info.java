/** A move on its way: its plan, its slot, and one step of it as a plain function of what is seen. */
@NullMarked
package io.tierkeeper.operator.move;

import org.jspecify.annotations.NullMarked;
