/**
 * {@code spec.provision}: what it wants of a collection, how the collection differs from it, and the calls that create or change
 * one. Everything but {@link io.tierkeeper.operator.provision.Provisioner} is pure.
 */
@NullMarked
package io.tierkeeper.operator.provision;

import org.jspecify.annotations.NullMarked;
