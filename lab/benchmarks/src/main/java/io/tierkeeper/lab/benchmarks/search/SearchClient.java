package io.tierkeeper.lab.benchmarks.search;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ShardKeyFactory.shardKey;

import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Searches as an application does: over the official client, with the tenant's filter and with the selector of its shard key and the
 * fallback. The port of the operator has no parameters of searches.
 */
final class SearchClient implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final QdrantClient client;
  private final String collection;
  private final String fallback;

  SearchClient(URI endpoint, @Nullable String apiKey, String collection, String fallback) {
    QdrantGrpcClient.Builder builder = QdrantGrpcClient.newBuilder(
        endpoint.getHost(), endpoint.getPort(), endpoint.getScheme().equals("https"), false);
    if (apiKey != null) {
      builder.withApiKey(apiKey);
    }
    this.client = new QdrantClient(builder.build());
    this.collection = collection;
    this.fallback = fallback;
  }

  /** The ids that Qdrant finds, without payload and vectors. */
  List<Long> search(Question question, SearchParams params) {
    Filter.Builder filter = Filter.newBuilder()
        .addMust(matchKeyword(Corpus.TENANT_FIELD, question.tenant().toString()));
    question.filter().forEach((field, value) -> filter.addMust(matchKeyword(field, value)));
    QueryPoints query = QueryPoints.newBuilder()
        .setCollectionName(collection)
        .setShardKeySelector(ShardKeySelector.newBuilder()
            .addShardKeys(shardKey(question.tenant().toString()))
            .setFallback(shardKey(fallback)))
        .setQuery(nearest(question.vector()))
        .setFilter(filter)
        .setParams(params)
        .setLimit(Question.LIMIT)
        .build();
    List<ScoredPoint> found = await(() -> client.queryAsync(query, DEADLINE).get());
    return found.stream().map(point -> point.getId().getNum()).toList();
  }

  /** Whether no optimisation runs or waits. */
  boolean isGreen() {
    CollectionInfo info =
        await(() -> client.getCollectionInfoAsync(collection, DEADLINE).get());
    return info.getStatus() == CollectionStatus.Green
        && info.getOptimizerStatus().getOk();
  }

  private interface Call<T> {
    T get() throws ExecutionException, InterruptedException;
  }

  private <T> T await(Call<T> call) {
    try {
      return call.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "a call to collection " + collection + " failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
