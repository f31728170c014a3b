package io.tierkeeper.lab.faults.report;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A run that was made.
 *
 * @param run everything that is needed to repeat it
 * @param report null when the run did not come to its end
 * @param findings what is wrong; empty when the run passed
 */
public record Verdict<T, R>(T run, @Nullable R report, List<String> findings) {

  /**
   * Makes a run; one that does not come to its end has this as its only finding.
   *
   * @param findings those of a report
   */
  public static <T, R> Verdict<T, R> of(
      T run, Supplier<R> play, Function<R, List<String>> findings) {
    try {
      R report = play.get();
      return new Verdict<>(run, report, findings.apply(report));
    } catch (IllegalStateException e) {
      return new Verdict<>(run, null, List.of(String.valueOf(e.getMessage())));
    }
  }
}
