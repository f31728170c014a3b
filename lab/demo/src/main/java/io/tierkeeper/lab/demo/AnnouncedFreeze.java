package io.tierkeeper.lab.demo;

import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.history.TrailEvent;
import io.tierkeeper.audit.history.TrailHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The freeze of a trail's demotion: from when the fallback served, until when it caught up, and how many points had
 * changed since the last scan. That many may be read as they were for that time (docs/moves.md).
 */
record AnnouncedFreeze(Instant from, Instant to, long points) {

  /** The freeze of the only demotion of a trail; empty where there was none that succeeded. */
  static Optional<AnnouncedFreeze> of(Path trail) throws IOException {
    @Nullable Instant from = null;
    @Nullable Instant to = null;
    long points = 0;
    try (Stream<TrailEvent<MoveData>> moves =
        TrailHistory.of(List.of(trail)).events(MoveData.class)) {
      for (TrailEvent<MoveData> move : (Iterable<TrailEvent<MoveData>>) moves::iterator) {
        String step = move.data().step();
        MoveEvent event = move.data().event();
        if (from == null && "Freeze".equals(step) && event == MoveEvent.STEP_INTENDED) {
          from = move.time();
        } else if (from != null && "Merge".equals(step) && event == MoveEvent.STEP_DONE) {
          to = move.time();
        } else if (from != null && event == MoveEvent.FINISHED) {
          points = move.data().counts().getOrDefault("difference", 0L);
        }
      }
    }
    return from == null || to == null
        ? Optional.empty()
        : Optional.of(new AnnouncedFreeze(from, to, points));
  }
}
