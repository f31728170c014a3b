/** What a promotion, quantisation and payload indexes do to searches: recall, latency and throughput on a real Qdrant. */
@NullMarked
package io.tierkeeper.lab.benchmarks.search;

import org.jspecify.annotations.NullMarked;
