/** Every leaf of every definition, mutated, against a running operator. */
@NullMarked
package io.tierkeeper.operator.hostile;

import org.jspecify.annotations.NullMarked;
