/** One operator with many TenantTiers on a real API server: how long it takes and how much memory it needs. */
@NullMarked
package io.tierkeeper.lab.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
