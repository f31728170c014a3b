package io.tierkeeper.cli.migrate;

import io.tierkeeper.cli.ProgressBars;
import io.tierkeeper.migrate.MigrationListener;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** A progress bar for each part of a migration; nothing where no terminal is attached. */
final class MigrateBar implements MigrationListener, AutoCloseable {
  private @Nullable ProgressBar bar;

  @Override
  public void begins(String part, long points) {
    close();
    if (System.console() != null) {
      bar = ProgressBars.begin(new PrintWriter(System.err, true), part, points);
    }
  }

  @Override
  public void read(long points) {
    if (bar != null) {
      bar.stepBy(points);
    }
  }

  @Override
  public void ends() {
    close();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
