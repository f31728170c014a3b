/** TenantTiers: what users request for a tenant and what is reported. */
@NullMarked
package io.tierkeeper.operator.tenant;

import org.jspecify.annotations.NullMarked;
