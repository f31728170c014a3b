package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.CompositionSets;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.Evaluator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a trail stands: the state that the process which wrote it had after its last measurement line, bit for bit.
 *
 * @param measuredAt the time of that line; null without one
 */
public record RestoredTrail(
    RecordedComposition composition, @Nullable Instant measuredAt) {

  /** Of a trail without measurements. */
  public static final RestoredTrail NONE = new RestoredTrail(RecordedComposition.EMPTY, null);

  private static final Logger log = LoggerFactory.getLogger(RestoredTrail.class);

  /**
   * Reads the files of one trail, from the last one backwards to the last Full, and from there on what followed it.
   *
   * @throws IOException when a file cannot be read
   * @throws java.io.UncheckedIOException likewise
   * @throws IllegalArgumentException for a line that is no audit line, with file, line and offset
   */
  public static RestoredTrail read(List<Path> files) throws IOException {
    if (files.isEmpty()) {
      return NONE;
    }
    Reading reading = new Reading();
    try (Stream<AuditLine> lines = TrailHistory.of(files).sinceLastFull()) {
      lines.forEach(reading::take);
    }
    return new RestoredTrail(reading.composition, reading.measuredAt);
  }

  /** Follows the lines behind a Full. */
  private static final class Reading {
    private final CompositionSets sets = new CompositionSets();
    private final RecordedPolicies policies = new RecordedPolicies();
    private final Evaluator evaluator = new Evaluator();
    private RecordedComposition composition = RecordedComposition.EMPTY;
    private @Nullable Instant measuredAt;

    void take(AuditLine line) {
      if (line.data() instanceof PolicyData policy) {
        policies.take(policy);
      } else if (line.data() instanceof CompositionData part) {
        CompositionSets.Full full = sets.take(part);
        if (full != null) {
          composition = RecordedComposition.of(full);
          measuredAt = line.time();
        }
      } else if (line.data() instanceof MeasurementData measurement) {
        measured(line, measurement);
      }
    }

    private void measured(AuditLine line, MeasurementData data) {
      CompositionSets.Change change = sets.of(line, data);
      try {
        if (change == null) {
          throw new NotReplayable("parts of its composition are missing");
        }
        Policy rules = policies.of(data.policy());
        composition = composition
            .next(evaluator, rules.parameters(), change, data.measurements(), line.time())
            .state();
        measuredAt = line.time();
      } catch (NotReplayable | IllegalArgumentException e) {
        // The next evaluation measures all tenants anew; only what is damped is older than it
        // could be.
        log.warn(
            "{} line {}: this measurement is not continued from: {}",
            line.file(),
            line.line(),
            e.getMessage());
      }
    }
  }
}
