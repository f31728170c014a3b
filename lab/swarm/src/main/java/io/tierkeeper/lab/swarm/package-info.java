/**
 * Agents that share results as packets in a tiered collection, one tenant for each group of agents, and find them by
 * similarity while tenants move and peers are killed.
 */
@NullMarked
package io.tierkeeper.lab.swarm;

import org.jspecify.annotations.NullMarked;
