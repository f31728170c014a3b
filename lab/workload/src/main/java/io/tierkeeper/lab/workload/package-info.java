/** Clients that read and write points while tenants move, the history of their operations, and its checker. */
@NullMarked
package io.tierkeeper.lab.workload;

import org.jspecify.annotations.NullMarked;
