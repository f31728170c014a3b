/** Kubernetes events for what a person wants to see in describe. */
@NullMarked
package io.tierkeeper.operator.events;

import org.jspecify.annotations.NullMarked;
