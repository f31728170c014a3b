/** Merging of writes and ownership of fields: server-side apply, managed fields, patches. */
@NullMarked
package io.tierkeeper.lab.kubeapi.apply;

import org.jspecify.annotations.NullMarked;
