/** One operator as a process of its own on a real API server, with many TenantTiers or from its image: how long it takes and how much memory it needs. */
@NullMarked
package io.tierkeeper.lab.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
