/** From the API to governance types and back; no decisions. */
@NullMarked
package io.tierkeeper.api.mapping;

import org.jspecify.annotations.NullMarked;
