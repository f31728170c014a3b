package io.tierkeeper.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PointRegisterTest {

  private static final ShardKey ACME = ShardKey.of("acme");
  private static final CheckedPoints POINTS = new CheckedPoints("group_id", 4, true, false);

  @Test
  void everyFieldTellsItsVersion() {
    for (PointRegister field : PointRegister.FIELDS) {
      for (long version = 0; version < 300; version++) {
        assertThat(field.version(field.value(version))).as("%s", field).hasValue(version);
      }
      assertThat(field.version(null)).hasValue(PointRegister.ABSENT);
      for (Object value : List.of("title", 0.5, List.of(), List.of("x"), Map.of(), -7L)) {
        assertThat(field.version(value)).as("%s %s", field, value).isEmpty();
      }
    }
  }

  @Test
  void readsEachPartOfAPointByItself() {
    long[] versions = {5, 7, 3, -1, 9, 4, 4, 4, 4, 4};
    Point point = POINTS.point(ACME, 11, versions);
    assertThat(POINTS.read(ACME, point, true)).hasValueSatisfying(reading -> {
      assertThat(reading.fault()).isNull();
      assertThat(reading.registers()).isEqualTo(versions);
    });
    Map<String, Object> payload = new LinkedHashMap<>(point.payload());
    payload.put("tags", List.of("tag 9", 1L, "all"));
    assertThat(POINTS.read(ACME, new Point(point.id(), payload, point.vectors()), true))
        .hasValueSatisfying(reading -> assertThat(reading.fault()).contains("field tags"));
    Map<String, PointVector> other = Map.of("", new PointVector.Dense(new float[] {1, 0, 0, 0}));
    assertThat(POINTS.read(ACME, new Point(point.id(), point.payload(), other), true))
        .hasValueSatisfying(reading -> assertThat(reading.fault()).contains("vector"));
  }
}
