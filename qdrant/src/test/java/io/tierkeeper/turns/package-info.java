@NullMarked
package io.tierkeeper.turns;

import org.jspecify.annotations.NullMarked;
