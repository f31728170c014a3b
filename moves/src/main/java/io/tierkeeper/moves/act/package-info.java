/** One class for each mutating call or scan of a move: its intent in journal and audit trail, its call, what its failure means;
 * so the package has more than thirty files. */
@NullMarked
package io.tierkeeper.moves.act;

import org.jspecify.annotations.NullMarked;
