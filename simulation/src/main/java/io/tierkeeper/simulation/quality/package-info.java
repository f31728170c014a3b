/** How well a policy decides: the real decision code on a virtual clock, compared with the cheapest tiers in hindsight. */
@NullMarked
package io.tierkeeper.simulation.quality;

import org.jspecify.annotations.NullMarked;
