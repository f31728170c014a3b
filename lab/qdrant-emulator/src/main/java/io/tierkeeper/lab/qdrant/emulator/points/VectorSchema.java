package io.tierkeeper.lab.qdrant.emulator.points;

import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.MultiDenseVector;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.Vectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The vectors that a collection's points may have; checks and normalises those that arrive. */
public record VectorSchema(Map<String, VectorParams> dense, Set<String> sparse) {

  public static final String UNNAMED = "";

  public static VectorSchema of(CreateCollection config) {
    Map<String, VectorParams> dense = switch (config.getVectorsConfig().getConfigCase()) {
      case PARAMS -> Map.of(UNNAMED, config.getVectorsConfig().getParams());
      case PARAMS_MAP -> Map.copyOf(config.getVectorsConfig().getParamsMap().getMapMap());
      case CONFIG_NOT_SET -> Map.of();
    };
    return new VectorSchema(
        dense, Set.copyOf(config.getSparseVectorsConfig().getMapMap().keySet()));
  }

  /** The vectors by name, checked against the schema; cosine vectors have length one afterwards. */
  public Map<String, Vector> accept(Vectors vectors) {
    Map<String, Vector> named = switch (vectors.getVectorsOptionsCase()) {
      case VECTOR -> Map.of(UNNAMED, vectors.getVector());
      case VECTORS -> vectors.getVectors().getVectorsMap();
      case VECTORSOPTIONS_NOT_SET -> Map.of();
    };
    Map<String, Vector> accepted = new LinkedHashMap<>();
    named.forEach((name, vector) -> accepted.put(name, accept(name, modern(vector))));
    return accepted;
  }

  private Vector accept(String name, Vector vector) {
    VectorParams params = dense.get(name);
    return switch (vector.getVectorCase()) {
      case DENSE -> {
        VectorParams known = known(name, params);
        DenseVector row = accept(vector.getDense(), known);
        yield known.hasMultivectorConfig()
            ? Vector.newBuilder()
                .setMultiDense(MultiDenseVector.newBuilder().addVectors(row))
                .build()
            : Vector.newBuilder().setDense(row).build();
      }
      case MULTI_DENSE -> {
        VectorParams known = known(name, params);
        if (!known.hasMultivectorConfig()) {
          throw QdrantError.badInput("Conversion between multi and regular vectors failed");
        }
        MultiDenseVector.Builder rows = MultiDenseVector.newBuilder();
        vector.getMultiDense().getVectorsList().forEach(row -> rows.addVectors(accept(row, known)));
        yield Vector.newBuilder().setMultiDense(rows).build();
      }
      case SPARSE -> {
        if (!sparse.contains(name)) {
          throw unknown(name);
        }
        yield Vector.newBuilder().setSparse(sorted(vector.getSparse())).build();
      }
      case DOCUMENT, IMAGE, OBJECT -> throw QdrantError.unimplemented("inference of vectors");
      case VECTOR_NOT_SET -> throw QdrantError.badInput("Malformed Vector type");
    };
  }

  /** The deprecated flat fields, which older clients still send, in today's form. */
  @SuppressWarnings("deprecation")
  private static Vector modern(Vector vector) {
    if (vector.getVectorCase() != Vector.VectorCase.VECTOR_NOT_SET) {
      return vector;
    }
    if (vector.hasIndices()) {
      return Vector.newBuilder()
          .setSparse(SparseVector.newBuilder()
              .addAllValues(vector.getDataList())
              .addAllIndices(vector.getIndices().getDataList()))
          .build();
    }
    if (vector.hasVectorsCount() && vector.getVectorsCount() > 0) {
      int width = vector.getDataCount() / vector.getVectorsCount();
      MultiDenseVector.Builder rows = MultiDenseVector.newBuilder();
      for (int row = 0; row < vector.getVectorsCount(); row++) {
        rows.addVectors(DenseVector.newBuilder()
            .addAllData(vector.getDataList().subList(row * width, (row + 1) * width)));
      }
      return Vector.newBuilder().setMultiDense(rows).build();
    }
    return Vector.newBuilder()
        .setDense(DenseVector.newBuilder().addAllData(vector.getDataList()))
        .build();
  }

  private static VectorParams known(
      String name, @org.jspecify.annotations.Nullable VectorParams params) {
    if (params == null) {
      throw unknown(name);
    }
    return params;
  }

  public static QdrantError unknown(String name) {
    return QdrantError.badInput("Not existing vector name error: " + name);
  }

  DenseVector accept(DenseVector vector, VectorParams params) {
    if (vector.getDataCount() != params.getSize()) {
      throw QdrantError.badInput("Vector dimension error: expected dim: " + params.getSize()
          + ", got " + vector.getDataCount());
    }
    return params.getDistance() == Distance.Cosine ? normalised(vector) : vector;
  }

  /** Whether a component of a stored vector is not a number; such vectors equal none, not even themselves. */
  public static boolean hasNaN(Vector vector) {
    return switch (vector.getVectorCase()) {
      case DENSE -> hasNaN(vector.getDense().getDataList());
      case SPARSE -> hasNaN(vector.getSparse().getValuesList());
      case MULTI_DENSE ->
        vector.getMultiDense().getVectorsList().stream().anyMatch(row -> hasNaN(row.getDataList()));
      case DOCUMENT, IMAGE, OBJECT, VECTOR_NOT_SET -> false;
    };
  }

  private static boolean hasNaN(List<Float> values) {
    return values.stream().anyMatch(value -> value.isNaN());
  }

  private static DenseVector normalised(DenseVector vector) {
    double squares = 0;
    for (int i = 0; i < vector.getDataCount(); i++) {
      squares += (double) vector.getData(i) * vector.getData(i);
    }
    // The engine leaves vectors that are zero or already of length one as they are.
    if (squares < 1e-12 || Math.abs(squares - 1) < 1e-6) {
      return vector;
    }
    double length = Math.sqrt(squares);
    DenseVector.Builder unit = DenseVector.newBuilder();
    for (int i = 0; i < vector.getDataCount(); i++) {
      unit.addData((float) (vector.getData(i) / length));
    }
    return unit.build();
  }

  private static SparseVector sorted(SparseVector vector) {
    if (vector.getIndicesCount() != vector.getValuesCount()) {
      throw QdrantError.badInput("Sparse indices does not match sparse vector conditions");
    }
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, vector.getIndicesCount()).boxed().toList());
    order.sort(Comparator.comparingLong(i -> Integer.toUnsignedLong(vector.getIndices(i))));
    SparseVector.Builder sorted = SparseVector.newBuilder();
    order.forEach(i -> sorted.addIndices(vector.getIndices(i)).addValues(vector.getValues(i)));
    return sorted.build();
  }
}
