/** One read-only page with collections, tenants, moves and the tail of the audit trail, from what the operator has in memory. */
@NullMarked
package io.tierkeeper.operator.page;

import org.jspecify.annotations.NullMarked;
