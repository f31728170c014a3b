package io.tierkeeper.lab.qdrant.emulator;

import static io.tierkeeper.lab.qdrant.emulator.ClientSide.key;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.ok;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.point;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.tenant;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.withFallback;
import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Points.FacetCounts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client sees of collections, keys, points and a promotion, after Qdrant's own tests. */
class EmulatedQdrantTest {

  @RegisterExtension
  static final EmulatedQdrantExtension EMULATOR = new EmulatedQdrantExtension();

  private ClientSide client = new ClientSide(EMULATOR.qdrant(), "none");

  @BeforeEach
  void open(TestInfo test) {
    client.close();
    client = new ClientSide(EMULATOR.qdrant(), test.getDisplayName().replaceAll("\\W", ""));
    client.createWithFallback();
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void promotesATenantWithoutChangingWhatItReads() {
    client.fill("default", "acme", 0, 500);
    client.fill("default", "other", 1000, 1100);
    client.createKey("acme", ReplicaState.Partial, 1);
    assertThat(client.count(2, withFallback("acme"))).isEqualTo(600);
    assertThat(client.scroll(0, null, null)).hasSize(600);
    client.upsert(1, withFallback("acme"), point(500, "acme"));
    assertThat(client.ids(0, key("default"))).contains(500L);

    client.replicatePoints("default", "acme", "acme");
    assertThat(client.scroll(2, withFallback("acme"), tenant("acme"))).hasSize(501);
    client.awaitSettled("acme", ReplicaState.Active);

    assertThat(client.count(0, key("acme"))).isEqualTo(501);
    assertThat(client.count(0, null)).as("both copies count").isEqualTo(600 + 1 + 501);
    assertThat(client.scroll(0, null, null)).as("duplicates are dropped").hasSize(601);
    client.delete(2, key("default"), tenant("acme"));
    assertThat(client.scroll(2, withFallback("acme"), tenant("acme"))).hasSize(501);
    assertThat(client.count(0, key("default"))).isEqualTo(100);
  }

  @Test
  void countsTenantsByFacet() {
    client.fill("default", "acme", 0, 30);
    client.fill("default", "other", 100, 110);
    var hits = ok(client
        .peer(1)
        .facetAsync(FacetCounts.newBuilder()
            .setCollectionName(client.collection)
            .setKey(ClientSide.TENANT)
            .setShardKeySelector(key("default"))
            .setLimit(10)
            .build()));
    assertThat(hits)
        .extracting(hit -> hit.getValue().getStringValue())
        .containsExactly("acme", "other");
    assertThat(hits).extracting(hit -> hit.getCount()).containsExactly(30L, 10L);
  }
}
