package io.tierkeeper.moves.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CopyMarkTest {

  private static PointVector dense(float... values) {
    return new PointVector.Dense(values);
  }

  private static Point point(Map<String, Object> payload, Map<String, PointVector> vectors) {
    return new Point(PointId.of(5), payload, vectors);
  }

  @Test
  void takesAMarkThatItCannotReadForDamaged() {
    Point point = point(Map.of("a", 1L), Map.of("", dense(1, 2)));
    Point marked = CopyMark.mark(point, "move");
    assertThat(CopyMark.base(marked)).isPresent();
    for (Object vectors : List.of(1.5, "text", Map.of("", 1.5), Map.of("", "0123456789abcdeg"))) {
      Map<String, Object> payload = new LinkedHashMap<>(marked.payload());
      payload.put(CopyMark.BASE_FIELD, Map.of("f", Map.of(), "v", vectors));
      assertThat(CopyMark.base(point(payload, marked.vectors())))
          .as("%s", vectors)
          .isEmpty();
    }
  }

  @Test
  void mergesFieldsAndVectorsOneByOne() {
    Point base = point(
        Map.of("a", 1L, "b", 1L, "c", 1L, "d", 1L),
        Map.of("image", dense(1, 2), "text", dense(3, 4), "title", dense(5, 6)));
    Point older = point(
        Map.of("a", 2L, "b", 1L, "c", 2L, "d", 1L),
        Map.of("image", dense(1, 3), "text", dense(3, 4), "title", dense(5, 7)));
    Point newer = point(
        Map.of("a", 1L, "b", 3L, "c", 3L, "e", 3L),
        Map.of("image", dense(1, 2), "text", dense(3, 8)));
    Point merged = ThreeWayMerge.merge(CopyMark.baseOf(base), older, newer);
    assertThat(merged.payload()).isEqualTo(Map.of("a", 2L, "b", 3L, "c", 3L, "e", 3L));
    assertThat(merged.vectors()).isEqualTo(Map.of("image", dense(1, 3), "text", dense(3, 8)));
  }
}
