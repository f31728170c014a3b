package io.tierkeeper.lab.qdrant.emulator;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ShardKeyFactory.shardKey;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.AbortShardTransfer;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoResponse;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.CreateShardKey;
import io.qdrant.client.grpc.Collections.CreateShardKeyRequest;
import io.qdrant.client.grpc.Collections.DeleteShardKey;
import io.qdrant.client.grpc.Collections.DeleteShardKeyRequest;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.KeywordIndexParams;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ReplicatePoints;
import io.qdrant.client.grpc.Collections.ShardTransferInfo;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.UpdateCollectionClusterSetupRequest;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.FieldType;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.UpsertPoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The official client, speaking to each peer of an emulated cluster about one collection. */
final class ClientSide implements AutoCloseable {

  static final String TENANT = "group_id";

  private final EmulatedQdrant qdrant;
  private final List<QdrantClient> clients = new ArrayList<>();
  final String collection;

  ClientSide(EmulatedQdrant qdrant, String collection) {
    this.qdrant = qdrant;
    this.collection = collection;
    qdrant.peers().forEach(peer -> clients.add(client(peer, null)));
  }

  static QdrantClient client(EmulatedPeer peer, @Nullable String apiKey) {
    QdrantGrpcClient.Builder builder = QdrantGrpcClient.newBuilder(
            "127.0.0.1", peer.grpcPort(), false, false)
        .withTimeout(Duration.ofSeconds(20));
    return new QdrantClient(
        apiKey == null ? builder.build() : builder.withApiKey(apiKey).build());
  }

  QdrantClient peer(int index) {
    return clients.get(index);
  }

  long peerId(int index) {
    return qdrant.peers().get(index).peerId();
  }

  /** A collection with a keyword index on the tenant field and an Active fallback key. */
  void createWithFallback() {
    createCollection(1);
    createKey("default", ReplicaState.Active, 0);
  }

  void createCollection(int replicationFactor) {
    ok(peer(0)
        .createCollectionAsync(CreateCollection.newBuilder()
            .setCollectionName(collection)
            .setShardingMethod(ShardingMethod.Custom)
            .setShardNumber(1)
            .setReplicationFactor(replicationFactor)
            .setVectorsConfig(VectorsConfig.newBuilder()
                .setParams(VectorParams.newBuilder().setSize(2).setDistance(Distance.Cosine)))
            .build()));
    ok(peer(0)
        .createPayloadIndexAsync(
            CreateFieldIndexCollection.newBuilder()
                .setCollectionName(collection)
                .setWait(true)
                .setFieldName(TENANT)
                .setFieldType(FieldType.FieldTypeKeyword)
                .setFieldIndexParams(PayloadIndexParams.newBuilder()
                    .setKeywordIndexParams(KeywordIndexParams.newBuilder().setIsTenant(true)))
                .build(),
            null));
  }

  void createKey(String key, ReplicaState state, int peer) {
    ok(peer(0)
        .createShardKeyAsync(CreateShardKeyRequest.newBuilder()
            .setCollectionName(collection)
            .setRequest(CreateShardKey.newBuilder()
                .setShardKey(shardKey(key))
                .setShardsNumber(1)
                .setReplicationFactor(1)
                .addPlacement(peerId(peer))
                .setInitialState(state))
            .build()));
  }

  void deleteKey(String key) {
    ok(peer(0)
        .deleteShardKeyAsync(DeleteShardKeyRequest.newBuilder()
            .setCollectionName(collection)
            .setRequest(DeleteShardKey.newBuilder().setShardKey(shardKey(key)))
            .build()));
  }

  UpdateCollectionClusterSetupRequest.Builder setup() {
    return UpdateCollectionClusterSetupRequest.newBuilder().setCollectionName(collection);
  }

  void replicatePoints(String from, String to, String tenant) {
    ok(peer(0)
        .updateCollectionClusterSetupAsync(setup()
            .setReplicatePoints(ReplicatePoints.newBuilder()
                .setFromShardKey(shardKey(from))
                .setToShardKey(shardKey(to))
                .setFilter(tenant(tenant)))
            .build()));
  }

  void abort(ShardTransferInfo transfer) {
    AbortShardTransfer.Builder abort = AbortShardTransfer.newBuilder()
        .setShardId(transfer.getShardId())
        .setFromPeerId(transfer.getFrom())
        .setToPeerId(transfer.getTo());
    if (transfer.hasToShardId()) {
      abort.setToShardId(transfer.getToShardId());
    }
    ok(peer(0).updateCollectionClusterSetupAsync(setup().setAbortTransfer(abort).build()));
  }

  CollectionClusterInfoResponse view(int peer) {
    return ok(peer(peer).getCollectionClusterInfoAsync(collection));
  }

  /** The state of a key's first replica as a peer sees it; null where it knows no such key. */
  @Nullable
  ReplicaState state(int peer, String key) {
    CollectionClusterInfoResponse view = view(peer);
    return view.getLocalShardsList().stream()
        .filter(shard -> shard.getShardKey().equals(shardKey(key)))
        .map(io.qdrant.client.grpc.Collections.LocalShardInfo::getState)
        .findFirst()
        .orElseGet(() -> view.getRemoteShardsList().stream()
            .filter(shard -> shard.getShardKey().equals(shardKey(key)))
            .map(io.qdrant.client.grpc.Collections.RemoteShardInfo::getState)
            .findFirst()
            .orElse(null));
  }

  int shardId(String key) {
    CollectionClusterInfoResponse view = view(0);
    return view.getLocalShardsList().stream()
        .filter(shard -> shard.getShardKey().equals(shardKey(key)))
        .map(io.qdrant.client.grpc.Collections.LocalShardInfo::getShardId)
        .findFirst()
        .orElseGet(() -> view.getRemoteShardsList().stream()
            .filter(shard -> shard.getShardKey().equals(shardKey(key)))
            .map(io.qdrant.client.grpc.Collections.RemoteShardInfo::getShardId)
            .findFirst()
            .orElseThrow());
  }

  /** Waits until every peer shows the key in this state and lists no transfer. */
  void awaitSettled(String key, ReplicaState state) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          for (int peer = 0; peer < clients.size(); peer++) {
            if (state(peer, key) != state || view(peer).getShardTransfersCount() > 0) {
              return false;
            }
          }
          return true;
        });
  }

  // ---- points

  static ShardKeySelector key(String key) {
    return ShardKeySelector.newBuilder().addShardKeys(shardKey(key)).build();
  }

  static ShardKeySelector withFallback(String key) {
    return ShardKeySelector.newBuilder()
        .addShardKeys(shardKey(key))
        .setFallback(shardKey("default"))
        .build();
  }

  static Filter tenant(String tenant) {
    return Filter.newBuilder().addMust(matchKeyword(TENANT, tenant)).build();
  }

  static PointStruct point(long id, String tenant) {
    return PointStruct.newBuilder()
        .setId(id(id))
        .setVectors(vectors(3f, 4f))
        .putPayload(TENANT, value(tenant))
        .putPayload("n", value(id))
        .build();
  }

  void upsert(int peer, @Nullable ShardKeySelector selector, PointStruct... points) {
    upsert(peer, selector, List.of(points));
  }

  void upsert(int peer, @Nullable ShardKeySelector selector, List<PointStruct> points) {
    UpsertPoints.Builder upsert =
        UpsertPoints.newBuilder().setCollectionName(collection).setWait(true).addAllPoints(points);
    if (selector != null) {
      upsert.setShardKeySelector(selector);
    }
    ok(peer(peer).upsertAsync(upsert.build()));
  }

  void fill(String key, String tenant, long from, long to) {
    LongFunction<PointStruct> point = number -> point(number, tenant);
    upsert(0, key(key), LongStream.range(from, to).mapToObj(point).toList());
  }

  void delete(int peer, ShardKeySelector selector, Filter filter) {
    ok(peer(peer)
        .deleteAsync(DeletePoints.newBuilder()
            .setCollectionName(collection)
            .setWait(true)
            .setPoints(PointsSelector.newBuilder().setFilter(filter))
            .setShardKeySelector(selector)
            .build()));
  }

  List<RetrievedPoint> scroll(
      int peer, @Nullable ShardKeySelector selector, @Nullable Filter filter) {
    ScrollPoints.Builder scroll =
        ScrollPoints.newBuilder().setCollectionName(collection).setLimit(100_000);
    if (selector != null) {
      scroll.setShardKeySelector(selector);
    }
    if (filter != null) {
      scroll.setFilter(filter);
    }
    return ok(peer(peer).scrollAsync(scroll.build())).getResultList();
  }

  Set<Long> ids(int peer, @Nullable ShardKeySelector selector) {
    return scroll(peer, selector, null).stream()
        .map(p -> p.getId().getNum())
        .collect(Collectors.toSet());
  }

  long count(int peer, @Nullable ShardKeySelector selector) {
    CountPoints.Builder count =
        CountPoints.newBuilder().setCollectionName(collection).setExact(true);
    if (selector != null) {
      count.setShardKeySelector(selector);
    }
    return ok(peer(peer).grpcClient().points().count(count.build())).getResult().getCount();
  }

  // ---- answers

  static <T> T ok(ListenableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StatusRuntimeException status) {
        throw status;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The status with which a call fails. */
  static Status failure(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
    throw new AssertionError("the call succeeded");
  }

  @Override
  public void close() {
    clients.forEach(QdrantClient::close);
  }
}
