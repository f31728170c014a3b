/** The contract that every implementation of the port fulfils, and the backends that it is tested on. */
@NullMarked
package io.tierkeeper.qdrant.contract;

import org.jspecify.annotations.NullMarked;
