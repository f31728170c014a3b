/** TierPolicies: whether they can be used, and what they mean. */
@NullMarked
package io.tierkeeper.operator.policy;

import org.jspecify.annotations.NullMarked;
