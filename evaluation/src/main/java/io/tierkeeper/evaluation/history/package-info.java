/**
 * What evaluations leave in the audit trail, written and read in one place; read back, it is computed again with the same
 * code, under the same policy or under another.
 */
@NullMarked
package io.tierkeeper.evaluation.history;

import org.jspecify.annotations.NullMarked;
