package io.tierkeeper.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PointRegisterTest {

  private static final ShardKey ACME = ShardKey.of("acme");
  private static final CheckedPoints POINTS =
      new CheckedPoints("group_id", PointShape.plain(4).withManyFields());

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
    long[] versions = {5, 7, 3, -1, 9, 4, 4, 4, 4, 4, -2, -2, -2};
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

  @Test
  void readsEachNamedVectorByItself() {
    CheckedPoints named = new CheckedPoints(
        "group_id", PointShape.plain(4).withManyFields().with(PointShape.Vectors.NAMED));
    for (long version = 1; version < 40; version++) {
      long[] versions = {
        20, version, 3, -1, 9, 4, 4, 4, 4, 4, version + 1, version % 5 == 0 ? -1 : version, version
      };
      Point point = named.point(ACME, 11, versions);
      assertThat(named.read(ACME, point, true)).hasValueSatisfying(reading -> {
        assertThat(reading.fault()).isNull();
        assertThat(reading.registers()).isEqualTo(versions);
      });
      assertThat(named.read(ACME, point, false))
          .hasValueSatisfying(
              reading -> assertThat(reading.registers()[PointRegister.TOKENS.ordinal()])
                  .isEqualTo(PointRegister.NOT_READ));
    }
    Point whole = named.point(ACME, 11, 1);
    assertThat(whole.vectors()).containsOnlyKeys("vector", "image", "words", "tokens");
    for (String name : whole.vectors().keySet()) {
      Map<String, PointVector> foreign = new LinkedHashMap<>(whole.vectors());
      foreign.put(
          name, Objects.requireNonNull(named.point(ACME, 12, 1).vectors().get(name)));
      assertThat(named.read(ACME, new Point(whole.id(), whole.payload(), foreign), true))
          .hasValueSatisfying(reading -> assertThat(reading.fault()).contains("vector " + name));
    }
  }
}
