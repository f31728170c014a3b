/** Restores a tenant from a snapshot that a move has stored. */
@NullMarked
package io.tierkeeper.cli.restore;

import org.jspecify.annotations.NullMarked;
