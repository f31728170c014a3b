/** Writes points in batches: grouping by tenant, back-pressure, retries, and the check that all points exist. */
@NullMarked
package io.tierkeeper.load.write;

import org.jspecify.annotations.NullMarked;
