/** What every implementation of the port must show, and the backends on which it is shown. */
@NullMarked
package io.tierkeeper.qdrant.contract;

import org.jspecify.annotations.NullMarked;
