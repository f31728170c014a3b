package io.tierkeeper.cli.restore;

import io.tierkeeper.cli.PartBar;
import io.tierkeeper.moves.snapshot.RestoreListener;

/** Shows the parts of a restoration. */
final class RestoreBar extends PartBar implements RestoreListener {}
