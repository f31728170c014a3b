package io.tierkeeper.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
  void takesTheNewestVersionThatExists() {
    assertThat(newest(set(7), -1, 3, 7)).as("acknowledged").isEqualTo(7);
    assertThat(newest(set(7), -1, 3, 5)).as("lost by both").isEqualTo(7);
    assertThat(newest(set(7), -1, 7, 9)).as("unknown, and seen by readers").isEqualTo(9);
    assertThat(newest(set(7), -1, 7, PointRegister.ABSENT)).as("lost by one").isEqualTo(7);
    assertThat(newest(set(7), 8, 7, PointRegister.ABSENT))
        .as("removed by a write of unknown outcome")
        .isEqualTo(PointRegister.ABSENT);
    assertThat(newest(set(7), 8, 9, PointRegister.ABSENT)).as("set again").isEqualTo(9);
    assertThat(newest(removal(7), -1, 5, PointRegister.ABSENT))
        .as("removed")
        .isEqualTo(PointRegister.ABSENT);
    assertThat(newest(null, -1, PointRegister.NOT_READ)).isEqualTo(PointRegister.ABSENT);
  }

  private static long newest(
      Operation.@Nullable Write acknowledged, long removal, long... existing) {
    return Workload.newest(PointRegister.TITLE, acknowledged, existing, removal);
  }

  private static Operation.Write set(long version) {
    return write(version, PointRegister.TITLE.bit(), 0);
  }

  private static Operation.Write removal(long version) {
    return write(version, 0, PointRegister.TITLE.bit());
  }

  private static Operation.Write write(long version, int sets, int removes) {
    return new Operation.Write(
        ACME,
        Operation.WriteKind.SET_PAYLOAD,
        11,
        version,
        sets,
        removes,
        true,
        0,
        1,
        Operation.Outcome.OK);
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
