/** The port to Qdrant: the few verbs that Tierkeeper needs, each saying what a repeat does. */
@NullMarked
package io.tierkeeper.qdrant;

import org.jspecify.annotations.NullMarked;
