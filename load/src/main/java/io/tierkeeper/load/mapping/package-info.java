/** Makes points of rows: which field is the id, the tenant, a vector or payload. */
@NullMarked
package io.tierkeeper.load.mapping;

import org.jspecify.annotations.NullMarked;
