package io.tierkeeper.lab.demo;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** Prints the events of the demo, one line each, with the seconds since the start. */
public final class Narrator {

  private static final int BAR = 30;

  private final PrintWriter out;
  private final Ansi ansi;
  private final boolean silent;
  private final long startedAt = System.nanoTime();
  private int lastTenth = -1;

  /**
   * @param color whether to print ANSI colors; a progress bar is then redrawn in place
   * @param silent whether to print nothing
   */
  public Narrator(PrintWriter out, boolean color, boolean silent) {
    this.out = out;
    this.ansi = color ? Ansi.ON : Ansi.OFF;
    this.silent = silent;
  }

  /** Prints an event of a kind. */
  synchronized void event(String kind, String text) {
    if (!silent) {
      out.println(ansi.string(
              String.format(Locale.ROOT, "@|faint %6.1fs|@  @|bold,cyan %-10s|@ ", seconds(), kind))
          + text);
    }
  }

  /** Prints a heading. */
  synchronized void heading(String title) {
    if (!silent) {
      out.println();
      out.println(ansi.string("@|bold " + title + "|@"));
    }
  }

  /** Prints progress: in place on a terminal, otherwise one line for each tenth. */
  synchronized void progress(String kind, long done, long total) {
    if (silent) {
      return;
    }
    int tenth = (int) (done * 10 / Math.max(1, total));
    boolean inPlace = ansi == Ansi.ON;
    if (!inPlace && tenth == lastTenth) {
      return;
    }
    lastTenth = tenth == 10 ? -1 : tenth;
    int filled = (int) (done * BAR / Math.max(1, total));
    String line = String.format(
        Locale.ROOT,
        "%6.1fs  %-10s [%s%s] %,d of %,d points",
        seconds(),
        kind,
        "#".repeat(filled),
        " ".repeat(BAR - filled),
        done,
        total);
    if (inPlace) {
      out.print("\r" + line + (done >= total ? System.lineSeparator() : ""));
      out.flush();
    } else {
      out.println(line);
    }
  }

  /** Prints a line of the summary, marked ok or FAIL. */
  synchronized void verdict(boolean good, String line) {
    if (!silent) {
      out.println(ansi.string(
              "  @|" + (good ? "green" : "bold,red") + " " + (good ? "ok " : "FAIL") + "|@ ")
          + line);
    }
  }

  /** Prints a line as it is. */
  synchronized void plain(String line) {
    if (!silent) {
      out.println(line);
    }
  }

  /** Seconds since the demo began. */
  double seconds() {
    return (System.nanoTime() - startedAt) / 1e9;
  }
}
