package io.tierkeeper.lab.qdrant.emulator.points;

import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.MultiDenseVector;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.Vector;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The score of a point's vector against a query vector; the query is checked once. */
public final class Scoring {

  private final String name;
  private final Vector query;
  private final @Nullable VectorParams params;

  public Scoring(VectorSchema schema, String name, Vector query) {
    this.name = name;
    this.params = schema.dense().get(name);
    this.query =
        schema.accept(VectorsFactory.namedVectors(Map.of(name, query))).getOrDefault(name, query);
  }

  /** Whether a larger score is nearer. */
  public boolean descending() {
    return params == null
        || params.getDistance() == Distance.Cosine
        || params.getDistance() == Distance.Dot;
  }

  /** The score, or null where the point lacks the vector. */
  @Nullable
  public Float score(StoredPoint point) {
    Vector vector = point.vectors().get(name);
    if (vector == null) {
      return null;
    }
    if (params == null) {
      return sparse(query.getSparse(), vector.getSparse());
    }
    return vector.hasMultiDense()
        ? multi(params.getDistance(), query.getMultiDense(), vector.getMultiDense())
        : dense(params.getDistance(), query.getDense(), vector.getDense());
  }

  private static float dense(Distance distance, DenseVector a, DenseVector b) {
    double sum = 0;
    for (int i = 0; i < a.getDataCount(); i++) {
      double x = a.getData(i);
      double y = b.getData(i);
      sum += switch (distance) {
        case Cosine, Dot -> x * y;
        case Euclid -> (x - y) * (x - y);
        case Manhattan -> Math.abs(x - y);
        case UnknownDistance, UNRECOGNIZED -> throw QdrantError.badInput("Unknown distance");
      };
    }
    return (float) (distance == Distance.Euclid ? Math.sqrt(sum) : sum);
  }

  /** MaxSim: for each row of the query its best row of the point, summed up. */
  private static float multi(Distance distance, MultiDenseVector a, MultiDenseVector b) {
    if (distance != Distance.Cosine && distance != Distance.Dot) {
      throw QdrantError.unimplemented("multi vectors with distance " + distance);
    }
    double sum = 0;
    for (DenseVector row : a.getVectorsList()) {
      double best = Double.NEGATIVE_INFINITY;
      for (DenseVector other : b.getVectorsList()) {
        best = Math.max(best, dense(distance, row, other));
      }
      sum += best;
    }
    return (float) sum;
  }

  private static @Nullable Float sparse(SparseVector a, SparseVector b) {
    Map<Integer, Float> values = new HashMap<>();
    for (int i = 0; i < b.getIndicesCount(); i++) {
      values.put(b.getIndices(i), b.getValues(i));
    }
    float sum = 0;
    boolean overlap = false;
    for (int i = 0; i < a.getIndicesCount(); i++) {
      Float other = values.get(a.getIndices(i));
      if (other != null) {
        overlap = true;
        sum += a.getValues(i) * other;
      }
    }
    return overlap ? sum : null;
  }
}
