/**
 * What one evaluation of a collection does, as plain functions of what was seen, what is remembered and the time; free of
 * Kubernetes, so that a simulator can run it.
 */
@NullMarked
package io.tierkeeper.evaluation;

import org.jspecify.annotations.NullMarked;
