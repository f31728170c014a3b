/** The loop: observe, plan, record the intent, act, report; one step at a time. */
@NullMarked
package io.tierkeeper.moves.engine;

import org.jspecify.annotations.NullMarked;
