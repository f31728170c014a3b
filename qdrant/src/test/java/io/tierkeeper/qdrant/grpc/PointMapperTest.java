package io.tierkeeper.qdrant.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qdrant.client.grpc.Points;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PointMapperTest {

  @Test
  void payloadOfEveryKindSurvivesTheRoundTrip() {
    List<Object> listWithNull = new ArrayList<>(List.of("a", 1L, List.of(2.5, true)));
    listWithNull.add(null);
    Map<String, Object> payload = new HashMap<>(Map.of(
        "text",
        "grüße",
        "largest",
        Long.MAX_VALUE,
        "smallest",
        Long.MIN_VALUE,
        "beyondDouble",
        9_007_199_254_740_993L,
        "double",
        0.1,
        "flag",
        false,
        "list",
        listWithNull,
        "map",
        Map.of("inner", Map.of("deep", List.of()))));
    payload.put("nothing", null);
    Point point = new Point(PointId.of(7), payload, Map.of());
    assertThat(roundTrip(point)).isEqualTo(point);
  }

  @Property
  void everyLongKeepsAllItsBitsAsPayloadAndAsId(@ForAll long number) {
    Point point = new Point(PointId.of(number), Map.of("n", number), Map.of());
    assertThat(roundTrip(point)).isEqualTo(point);
  }

  @Property
  void everyUuidSurvives(@ForAll long high, @ForAll long low) {
    PointId id = PointId.of(new UUID(high, low));
    assertThat(PointMapper.fromWire(PointMapper.toWire(id))).isEqualTo(id);
  }

  @Test
  void vectorsOfEveryKindSurviveTheRoundTrip() {
    Map<String, PointVector> vectors = Map.of(
        "", new PointVector.Dense(new float[] {9}),
        "dense", new PointVector.Dense(new float[] {1, -0.5f}),
        "sparse", new PointVector.Sparse(new int[] {1, -2}, new float[] {0.25f, 3}),
        "multi", new PointVector.MultiDense(new float[][] {{1, 2}, {3, 4}}));
    Point point = new Point(PointId.of(1), Map.of(), vectors);
    assertThat(roundTrip(point)).isEqualTo(point);
    Point unnamed =
        new Point(PointId.of(1), Map.of(), Map.of("", new PointVector.Dense(new float[] {1})));
    assertThat(roundTrip(unnamed)).isEqualTo(unnamed);
  }

  @Test
  @SuppressWarnings("deprecation")
  void vectorsInTheOlderFlatEncodingAreReadToo() {
    Points.NamedVectorsOutput named = Points.NamedVectorsOutput.newBuilder()
        .putVectors("d", Points.VectorOutput.newBuilder().addData(1).addData(2).build())
        .putVectors(
            "s",
            Points.VectorOutput.newBuilder()
                .addData(5)
                .setIndices(Points.SparseIndices.newBuilder().addData(8))
                .build())
        .putVectors(
            "m",
            Points.VectorOutput.newBuilder()
                .addData(1)
                .addData(2)
                .addData(3)
                .addData(4)
                .setVectorsCount(2)
                .build())
        .build();
    Point point = PointMapper.fromWire(Points.RetrievedPoint.newBuilder()
        .setId(PointMapper.toWire(PointId.of(1)))
        .setVectors(Points.VectorsOutput.newBuilder().setVectors(named))
        .build());
    assertThat(point.vectors())
        .isEqualTo(Map.of(
            "d", new PointVector.Dense(new float[] {1, 2}),
            "s", new PointVector.Sparse(new int[] {8}, new float[] {5}),
            "m", new PointVector.MultiDense(new float[][] {{1, 2}, {3, 4}})));
  }

  @Test
  void aValueThatQdrantCannotStoreIsNamedWithItsPlace() {
    assertThatThrownBy(() ->
            PointMapper.payloadToWire(Map.of("a", List.of(Map.of("b", new StringBuilder("x"))))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a[0].b")
        .hasMessageContaining("StringBuilder");
    assertThatThrownBy(() -> PointMapper.payloadToWire(Map.of("a", Double.NaN)))
        .hasMessageContaining("a is NaN");
  }

  private static Point roundTrip(Point point) {
    Points.PointStruct wire = PointMapper.toWire(point);
    Points.RetrievedPoint.Builder stored =
        Points.RetrievedPoint.newBuilder().setId(wire.getId()).putAllPayload(wire.getPayloadMap());
    if (wire.hasVectors()) {
      stored.setVectors(output(wire.getVectors()));
    }
    return PointMapper.fromWire(stored.build());
  }

  private static Points.VectorsOutput output(Points.Vectors vectors) {
    if (vectors.hasVector()) {
      return Points.VectorsOutput.newBuilder()
          .setVector(output(vectors.getVector()))
          .build();
    }
    Points.NamedVectorsOutput.Builder named = Points.NamedVectorsOutput.newBuilder();
    vectors
        .getVectors()
        .getVectorsMap()
        .forEach((name, vector) -> named.putVectors(name, output(vector)));
    return Points.VectorsOutput.newBuilder().setVectors(named).build();
  }

  private static Points.VectorOutput output(Points.Vector vector) {
    Points.VectorOutput.Builder output = Points.VectorOutput.newBuilder();
    if (vector.hasDense()) {
      output.setDense(vector.getDense());
    } else if (vector.hasSparse()) {
      output.setSparse(vector.getSparse());
    } else {
      output.setMultiDense(vector.getMultiDense());
    }
    return output.build();
  }
}
