package io.tierkeeper.load.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardHoldersTest {
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final ShardKey SMALL = ShardKey.of("small");

  @Test
  void knowsThePeersThatHaveAShard() {
    try (EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
        QdrantCluster cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
            qdrant.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
            qdrant.peers().stream().map(EmulatedPeer::restPort).toList()))) {
      List<QdrantWrites> peers = cluster.peers();
      peers.getFirst().createCollection(CollectionTemplate.tiered("kb", 4));
      place(peers, FALLBACK, 1);
      place(peers, ACME, 2);
      ShardHolders holders = new ShardHolders(peers, "kb");
      assertThat(holders.of(ACME, FALLBACK)).containsExactly(peers.get(2));
      assertThat(holders.of(SMALL, FALLBACK)).containsExactly(peers.get(1));
      assertThat(holders.of(SMALL, ShardKey.of("absent"))).isEqualTo(peers);
      holders.distrust();
      assertThat(holders.of(ACME, FALLBACK)).isEqualTo(peers);
      assertThat(new ShardHolders(List.of(peers.getFirst()), "kb").of(ACME, FALLBACK))
          .containsExactly(peers.getFirst());
      qdrant.peers().getLast().kill();
      assertThat(new ShardHolders(peers, "kb").of(ACME, FALLBACK)).isEqualTo(peers);
    }
  }

  private static void place(List<QdrantWrites> peers, ShardKey key, int on) {
    peers
        .getFirst()
        .createShardKey(
            "kb", new KeyTemplate(key, peers.get(on).status().peerId(), ReplicaState.ACTIVE));
  }
}
