package io.tierkeeper.cli.load;

import io.tierkeeper.cli.ProgressBars;
import io.tierkeeper.load.LoadProgress;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** A progress bar with the rate and the remaining time; nothing where no terminal is attached. */
final class LoadBar implements LoadProgress, AutoCloseable {
  private final @Nullable ProgressBar bar;

  private LoadBar(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  static LoadBar of(String task) {
    return new LoadBar(
        System.console() == null
            ? null
            : ProgressBars.begin(new PrintWriter(System.err, true), task, -1));
  }

  @Override
  public synchronized void advanced(long written, double share) {
    if (bar != null) {
      if (share > 0) {
        bar.maxHint(Math.max(written, Math.round(written / share)));
      }
      bar.stepTo(written);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
