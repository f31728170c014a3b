package io.tierkeeper.lab.demo;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** Tells what happens, one line an event, with the seconds since the start. */
public final class Narrator {

  private static final int BAR = 30;

  private final PrintWriter out;
  private final Ansi ansi;
  private final boolean silent;
  private final long begun = System.nanoTime();
  private int lastTenth = -1;

  /**
   * @param color whether the terminal understands colours; a progress bar is then redrawn in place
   * @param silent tell nothing
   */
  public Narrator(PrintWriter out, boolean color, boolean silent) {
    this.out = out;
    this.ansi = color ? Ansi.ON : Ansi.OFF;
    this.silent = silent;
  }

  /** One event of a kind. */
  synchronized void tell(String kind, String sentence) {
    if (!silent) {
      out.println(ansi.string(
              String.format(Locale.ROOT, "@|faint %6.1fs|@  @|bold,cyan %-10s|@ ", seconds(), kind))
          + sentence);
    }
  }

  /** A heading between two acts. */
  synchronized void act(String title) {
    if (!silent) {
      out.println();
      out.println(ansi.string("@|bold " + title + "|@"));
    }
  }

  /** How far something is; drawn in place on a terminal, else once every tenth. */
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

  /** A line as it is, with what is good or bad marked. */
  synchronized void verdict(boolean good, String line) {
    if (!silent) {
      out.println(
          ansi.string("  @|" + (good ? "green" : "bold,red") + " " + (good ? "ok " : "BAD") + "|@ ")
              + line);
    }
  }

  synchronized void plain(String line) {
    if (!silent) {
      out.println(line);
    }
  }

  /** Since the demo began. */
  double seconds() {
    return (System.nanoTime() - begun) / 1e9;
  }
}
