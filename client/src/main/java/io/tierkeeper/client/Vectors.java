package io.tierkeeper.client;

import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.MultiDenseVector;
import io.qdrant.client.grpc.Points.NamedVectors;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorInput;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Vectors as arrays and as Qdrant's messages. */
final class Vectors {

  private Vectors() {}

  static io.qdrant.client.grpc.Points.Vectors of(Map<String, VectorData> vectors) {
    VectorData unnamed = vectors.get(Point.UNNAMED);
    if (unnamed != null && vectors.size() == 1) {
      return io.qdrant.client.grpc.Points.Vectors.newBuilder()
          .setVector(vector(unnamed))
          .build();
    }
    NamedVectors.Builder named = NamedVectors.newBuilder();
    vectors.forEach((name, vector) -> named.putVectors(name, vector(vector)));
    return io.qdrant.client.grpc.Points.Vectors.newBuilder().setVectors(named).build();
  }

  private static Vector vector(VectorData data) {
    Vector.Builder vector = Vector.newBuilder();
    if (data instanceof VectorData.Dense dense) {
      return vector.setDense(dense(dense.values())).build();
    }
    if (data instanceof VectorData.Sparse sparse) {
      return vector.setSparse(sparse(sparse)).build();
    }
    return vector.setMultiDense(multi((VectorData.Multi) data)).build();
  }

  static VectorInput input(VectorData data) {
    VectorInput.Builder input = VectorInput.newBuilder();
    if (data instanceof VectorData.Dense dense) {
      return input.setDense(dense(dense.values())).build();
    }
    if (data instanceof VectorData.Sparse sparse) {
      return input.setSparse(sparse(sparse)).build();
    }
    return input.setMultiDense(multi((VectorData.Multi) data)).build();
  }

  /** One by one: the bulk method would box each component. */
  private static DenseVector dense(float[] values) {
    DenseVector.Builder dense = DenseVector.newBuilder();
    for (float value : values) {
      dense.addData(value);
    }
    return dense.build();
  }

  private static SparseVector sparse(VectorData.Sparse data) {
    SparseVector.Builder sparse = SparseVector.newBuilder();
    for (int i = 0; i < data.indices().length; i++) {
      sparse.addIndices(data.indices()[i]).addValues(data.values()[i]);
    }
    return sparse.build();
  }

  private static MultiDenseVector multi(VectorData.Multi data) {
    MultiDenseVector.Builder multi = MultiDenseVector.newBuilder();
    for (float[] row : data.rows()) {
      multi.addVectors(dense(row));
    }
    return multi.build();
  }

  static Map<String, VectorData> plain(VectorsOutput vectors) {
    Map<String, VectorData> plain = new LinkedHashMap<>();
    if (vectors.hasVector()) {
      plain.put(Point.UNNAMED, plain(vectors.getVector()));
    }
    vectors.getVectors().getVectorsMap().forEach((name, vector) -> plain.put(name, plain(vector)));
    return plain;
  }

  private static VectorData plain(VectorOutput vector) {
    if (vector.hasSparse()) {
      SparseVector sparse = vector.getSparse();
      int[] indices = new int[sparse.getIndicesCount()];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = sparse.getIndices(i);
      }
      return VectorData.sparse(indices, array(sparse.getValuesList()));
    }
    if (vector.hasMultiDense()) {
      return VectorData.multi(vector.getMultiDense().getVectorsList().stream()
          .map(row -> array(row.getDataList()))
          .toArray(float[][]::new));
    }
    return VectorData.dense(array(vector.getDense().getDataList()));
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
