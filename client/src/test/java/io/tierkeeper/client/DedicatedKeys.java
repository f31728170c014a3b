package io.tierkeeper.client;

import io.grpc.ManagedChannel;
import io.qdrant.client.ShardKeyFactory;
import io.qdrant.client.grpc.Collections.CreateShardKey;
import io.qdrant.client.grpc.Collections.CreateShardKeyRequest;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;

/** Creates dedicated keys as an operator does. */
final class DedicatedKeys {

  private DedicatedKeys() {}

  /** An empty Active key. */
  static void create(EmulatedQdrant qdrant, String tenant) {
    ManagedChannel channel = qdrant.peers().get(0).channel();
    try {
      CollectionsGrpc.newBlockingStub(channel)
          .createShardKey(CreateShardKeyRequest.newBuilder()
              .setCollectionName(ClientRig.COLLECTION)
              .setRequest(CreateShardKey.newBuilder()
                  .setShardKey(ShardKeyFactory.shardKey(tenant))
                  .setShardsNumber(1)
                  .setReplicationFactor(1))
              .build());
    } finally {
      channel.shutdown();
    }
  }
}
