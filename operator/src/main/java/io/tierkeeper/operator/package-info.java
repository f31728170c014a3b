/** The operator's composition root and its reconcilers. */
@NullMarked
package io.tierkeeper.operator;

import org.jspecify.annotations.NullMarked;
