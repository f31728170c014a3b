/** A TierPolicy read once: parameters, decision rules, move settings and windows as types. */
@NullMarked
package io.tierkeeper.evaluation.policy;

import org.jspecify.annotations.NullMarked;
