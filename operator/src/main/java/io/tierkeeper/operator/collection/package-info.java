/** TieredCollections: layout, one evaluation at a time, status, audit. */
@NullMarked
package io.tierkeeper.operator.collection;

import org.jspecify.annotations.NullMarked;
