/** Scenarios in steps with given or decided tiers: the ten steps of the HUF note, and one's own. */
@NullMarked
package io.tierkeeper.simulation.steps;

import org.jspecify.annotations.NullMarked;
