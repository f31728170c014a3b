package io.tierkeeper.cli;

import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars with rate and remaining time: animated on a terminal, a line every 20 s elsewhere. */
public final class ProgressBars {

  private static final int TERMINAL_MILLIS = 250;
  private static final int LOG_MILLIS = (int) TimeUnit.SECONDS.toMillis(20);
  private static final int LOG_WIDTH = 100;

  private ProgressBars() {}

  /** Starts a bar; the caller closes it. */
  public static ProgressBar begin(PrintWriter err, String task, long steps) {
    boolean terminal = System.console() != null;
    ProgressBarBuilder builder = new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(steps)
        .setStyle(terminal ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(terminal ? TERMINAL_MILLIS : LOG_MILLIS)
        .setSpeedUnit(ChronoUnit.SECONDS)
        .showSpeed();
    if (!terminal) {
      builder.setConsumer(lines(err));
    }
    return builder.build();
  }

  private static ProgressBarConsumer lines(PrintWriter err) {
    return new ProgressBarConsumer() {
      @Override
      public int getMaxRenderedLength() {
        return LOG_WIDTH;
      }

      @Override
      public void accept(String line) {
        err.println(line);
        err.flush();
      }

      @Override
      public void close() {
        // The writer is the caller's.
      }
    };
  }
}
