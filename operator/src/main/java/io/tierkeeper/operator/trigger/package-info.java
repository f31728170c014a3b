/** What calls for a reconciliation beside changes of resources; nothing here does any work. */
@NullMarked
package io.tierkeeper.operator.trigger;

import org.jspecify.annotations.NullMarked;
