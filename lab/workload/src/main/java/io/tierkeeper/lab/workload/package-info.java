/** Clients that read and write points while tenants move, the history of what they saw, and its checker. */
@NullMarked
package io.tierkeeper.lab.workload;

import org.jspecify.annotations.NullMarked;
