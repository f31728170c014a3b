/**
 * Executes the mutations of a move. Large because it has one class for each mutating call or scan: its intent in journal
 * and audit trail, its call, what its failure means.
 */
@NullMarked
package io.tierkeeper.moves.act;

import org.jspecify.annotations.NullMarked;
