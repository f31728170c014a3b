/** TenantTiers: what people ask for a tenant and what they are told. */
@NullMarked
package io.tierkeeper.operator.tenant;

import org.jspecify.annotations.NullMarked;
