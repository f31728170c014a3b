package io.tierkeeper.cli.restore;

import io.tierkeeper.cli.ProgressBars;
import io.tierkeeper.moves.snapshot.RestoreListener;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** A progress bar for each part of a restoration; nothing where no terminal is attached. */
final class RestoreBar implements RestoreListener, AutoCloseable {
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
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
