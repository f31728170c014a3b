/** How well a policy decides: the real decision code on a virtual clock, judged against the cheapest tiers in hindsight. */
@NullMarked
package io.tierkeeper.simulation.quality;

import org.jspecify.annotations.NullMarked;
