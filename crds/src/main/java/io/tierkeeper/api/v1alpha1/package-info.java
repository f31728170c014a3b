/** The custom resources of the group tierkeeper.io, version v1alpha1. */
@NullMarked
package io.tierkeeper.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
