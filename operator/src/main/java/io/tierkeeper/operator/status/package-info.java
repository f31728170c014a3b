/** The only way status is written: compared first, applied whole, still at rest. */
@NullMarked
package io.tierkeeper.operator.status;

import org.jspecify.annotations.NullMarked;
