/** The settings of a collection: as it is created, and as it is read back. Knows no other package of this module. */
@NullMarked
package io.tierkeeper.qdrant.settings;

import org.jspecify.annotations.NullMarked;
