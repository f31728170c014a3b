package io.tierkeeper.lab.commands;

import io.tierkeeper.cli.ProgressBars;
import io.tierkeeper.lab.faults.Proof;
import io.tierkeeper.lab.faults.report.ProofFigures;
import java.io.PrintWriter;
import java.util.Objects;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows the progress of the fault-injection suite, and findings at once. */
final class ProofProgress implements Proof.Listener, AutoCloseable {

  private final PrintWriter err;
  private @Nullable ProgressBar bar;

  ProofProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void begins(String part, long steps) {
    bar = ProgressBars.begin(err, part, steps);
  }

  @Override
  public void done(long steps) {
    Objects.requireNonNull(bar).stepBy(steps);
  }

  @Override
  public void ends() {
    close();
  }

  @Override
  public void found(ProofFigures.Finding finding) {
    err.println("FOUND " + finding.what() + "; replay with: " + finding.command());
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
