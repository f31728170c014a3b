/**
 * Agents that leave each other what they found out: packets in a tiered collection, one group of agents for each tenant,
 * found again by similarity while tenants move and peers die.
 */
@NullMarked
package io.tierkeeper.lab.swarm;

import org.jspecify.annotations.NullMarked;
