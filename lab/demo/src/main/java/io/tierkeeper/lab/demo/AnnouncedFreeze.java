package io.tierkeeper.lab.demo;

import io.tierkeeper.audit.AuditLine;
import io.tierkeeper.audit.AuditReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a trail tells of the freeze of its demotion: from when the fallback served, until when it caught up, and how many
 * points had changed since the last pass. That many may be read as they were for that time (docs/moves.md).
 */
record AnnouncedFreeze(Instant from, Instant to, long points) {

  /** The freeze of the only demotion of a trail; empty where there was none that succeeded. */
  static Optional<AnnouncedFreeze> of(Path trail) throws IOException {
    @Nullable Instant from = null;
    @Nullable Instant to = null;
    long points = 0;
    try (Stream<AuditLine> lines = AuditReader.lines(List.of(trail))) {
      for (AuditLine line : (Iterable<AuditLine>) lines::iterator) {
        String step = line.data().path("step").asText();
        String event = line.data().path("event").asText();
        if (from == null && step.equals("Freeze") && event.equals("step-intended")) {
          from = line.time();
        } else if (from != null && step.equals("Merge") && event.equals("step-done")) {
          to = line.time();
        } else if (from != null && event.equals("finished")) {
          points = line.data().path("counts").path("difference").asLong();
        }
      }
    }
    return from == null || to == null
        ? Optional.empty()
        : Optional.of(new AnnouncedFreeze(from, to, points));
  }
}
