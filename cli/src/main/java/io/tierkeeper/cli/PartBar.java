package io.tierkeeper.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** A progress bar for each part of a command's work; nothing where no terminal is attached. */
public class PartBar implements AutoCloseable {
  private @Nullable ProgressBar bar;

  /**
   * A part begins, and with it ends the one before.
   *
   * @param points how many it will read; not positive where that is not known
   */
  public void begins(String part, long points) {
    close();
    if (System.console() != null) {
      bar = ProgressBars.begin(new PrintWriter(System.err, true), part, points);
    }
  }

  /** So many points more have been read. */
  public void read(long points) {
    if (bar != null) {
      bar.stepBy(points);
    }
  }

  /** The part has ended. */
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
