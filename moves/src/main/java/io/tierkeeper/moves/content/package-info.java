/** What points hold: comparing, hashing, marking and merging them; pure functions. */
@NullMarked
package io.tierkeeper.moves.content;

import org.jspecify.annotations.NullMarked;
