package io.tierkeeper.moves.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LastCopyTest {

  private static final long POINTS = 500;

  private static Point point(long id, long version) {
    return new Point(
        PointId.of(id), Map.of("v", version), Map.of("", new PointVector.Dense(new float[] {1, 0
        })));
  }

  private static Fingerprint fingerprint(LongFunction<List<Point>> content) {
    Fingerprint fingerprint = new Fingerprint();
    LongStream.range(0, POINTS).mapToObj(content).flatMap(List::stream).forEach(fingerprint::add);
    return fingerprint;
  }

  /** As the next process knows it, from the journal. */
  private static LastCopy copied() {
    Fingerprint all = fingerprint(id -> List.of(point(id, 1)));
    return new LastCopy(null, new CopyEvidence(all.text(), all.table().text()));
  }

  @Test
  void knowsADeletedCopyAlthoughTooMuchHasChangedInTheKey() {
    LastCopy copied = copied();
    copied.compareWith(fingerprint(id -> List.of(point(id, id < 200 ? 2 : 1))));
    copied.compareWithCopies(
        fingerprint(id -> id == 7 || id == 300 ? List.of() : List.of(point(id, 1))));
    assertThat(copied.unchanged(point(300, 1))).isEmpty();
    assertThat(copied.unchangedWithoutCopy(point(300, 1))).contains(true);
    // Changed in the key as well, before or after.
    assertThat(copied.unchangedWithoutCopy(point(7, 2))).contains(false);
    // New in the key.
    assertThat(copied.unchangedWithoutCopy(point(POINTS, 1))).contains(false);
  }

  @Test
  void knowsNothingOfACopyWhereTooMuchHasChangedInBoth() {
    LastCopy copied = copied();
    copied.compareWith(fingerprint(id -> List.of(point(id, id < 200 ? 2 : 1))));
    copied.compareWithCopies(fingerprint(id -> id > 300 ? List.of() : List.of(point(id, 1))));
    assertThat(copied.unchangedWithoutCopy(point(400, 1))).isEmpty();
  }
}
