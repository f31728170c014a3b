/** The objects, their watchers, and the rules of every write and deletion. */
@NullMarked
package io.tierkeeper.lab.kubeapi.store;

import org.jspecify.annotations.NullMarked;
