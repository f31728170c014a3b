/** JSON trees, errors and names that all parts share. */
@NullMarked
package io.tierkeeper.lab.kubeapi.model;

import org.jspecify.annotations.NullMarked;
