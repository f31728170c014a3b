/** Triggers of reconciliations in addition to changes of resources. */
@NullMarked
package io.tierkeeper.operator.trigger;

import org.jspecify.annotations.NullMarked;
