/** Structural schemas and CEL rules of custom resources: pruning, defaults, validation. */
@NullMarked
package io.tierkeeper.lab.kubeapi.schema;

import org.jspecify.annotations.NullMarked;
