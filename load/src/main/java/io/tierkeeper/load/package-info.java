/** Loads files of vectors into a tiered collection; the command in cli parses the options. */
@NullMarked
package io.tierkeeper.load;

import org.jspecify.annotations.NullMarked;
