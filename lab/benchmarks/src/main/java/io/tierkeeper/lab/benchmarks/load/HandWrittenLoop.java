package io.tierkeeper.lab.benchmarks.load;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ShardKeyFactory.shardKey;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpsertPoints;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What an application would write: asynchronous upserts over the official client, as many in flight as allowed, vectors in
 * memory, no journal, no check, no retry.
 */
final class HandWrittenLoop implements AutoCloseable {
  private final List<QdrantClient> clients;
  private final String collection;

  HandWrittenLoop(List<URI> endpoints, @Nullable String apiKey, String collection) {
    this.collection = collection;
    this.clients = endpoints.stream()
        .map(uri -> {
          QdrantGrpcClient.Builder client = QdrantGrpcClient.newBuilder(
              uri.getHost(), uri.getPort(), uri.getScheme().equals("https"), false);
          if (apiKey != null) {
            client.withApiKey(apiKey);
          }
          return new QdrantClient(client.build());
        })
        .toList();
  }

  Measured run(
      float[][] vectors, String tenantKey, String tenant, int batch, int parallel, boolean wait)
      throws InterruptedException {
    int batches = (vectors.length + batch - 1) / batch;
    long[] nanos = new long[batches];
    Semaphore free = new Semaphore(parallel);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    ShardKeySelector selector = ShardKeySelector.newBuilder()
        .addShardKeys(shardKey(tenant))
        .setFallback(shardKey("default"))
        .build();
    long begin = System.nanoTime();
    for (int each = 0; each < batches && failure.get() == null; each++) {
      int number = each;
      free.acquire();
      UpsertPoints.Builder upsert = UpsertPoints.newBuilder()
          .setCollectionName(collection)
          .setWait(wait)
          .setShardKeySelector(selector);
      for (int i = each * batch; i < Math.min(vectors.length, (each + 1) * batch); i++) {
        upsert.addPoints(PointStruct.newBuilder()
            .setId(id(new UUID(i, i)))
            .setVectors(vectors(vectors[i]))
            .putPayload(tenantKey, value(tenant)));
      }
      long sent = System.nanoTime();
      Futures.addCallback(
          clients.get(each % clients.size()).upsertAsync(upsert.build(), Duration.ofSeconds(60)),
          new FutureCallback<UpdateResult>() {
            @Override
            public void onSuccess(@Nullable UpdateResult result) {
              nanos[number] = System.nanoTime() - sent;
              free.release();
            }

            @Override
            public void onFailure(Throwable thrown) {
              failure.compareAndSet(null, thrown);
              free.release();
            }
          },
          MoreExecutors.directExecutor());
    }
    free.acquire(parallel);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("an upsert of the hand-written loop failed", thrown);
    }
    return Measured.of(vectors.length, (System.nanoTime() - begin) / 1e9, nanos);
  }

  @Override
  public void close() {
    clients.forEach(QdrantClient::close);
  }
}
