package io.tierkeeper.cli.migrate;

import io.tierkeeper.cli.PartBar;
import io.tierkeeper.migrate.MigrationListener;

/** Shows the parts of a migration. */
final class MigrateBar extends PartBar implements MigrationListener {}
