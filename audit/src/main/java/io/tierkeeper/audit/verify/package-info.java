/** Verifies the chain of whole trails and names the first bad line. */
@NullMarked
package io.tierkeeper.audit.verify;

import org.jspecify.annotations.NullMarked;
