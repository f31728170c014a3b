package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.ACME;
import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static io.tierkeeper.qdrant.contract.ContractScene.SPARE;
import static io.tierkeeper.qdrant.contract.ContractScene.TENANT_FIELD;
import static io.tierkeeper.qdrant.contract.ContractScene.of;
import static io.tierkeeper.qdrant.contract.ContractScene.point;
import static io.tierkeeper.qdrant.contract.ContractScene.points;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.ChangeAliases;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.DeleteAlias;
import io.qdrant.client.grpc.Collections.RenameAlias;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A collection that is named by its alias. */
public interface AliasContract {

  QdrantBackend backend();

  private void create(ContractScene scene, String alias) {
    change(
        scene,
        AliasOperations.newBuilder()
            .setCreateAlias(
                CreateAlias.newBuilder().setAliasName(alias).setCollectionName(scene.name()))
            .build(),
        alias,
        Optional.of(scene.name()));
  }

  @Test
  default void anAliasNamesItsCollectionInCallsOnPointsAndInReadsOfTheLayout() {
    try (ContractScene scene = ContractScene.create(backend())) {
      String alias = scene.name() + "-alias";
      create(scene, alias);
      ShardSelector key = ShardSelector.key(FALLBACK);
      for (QdrantWrites port : scene.ports()) {
        port.upsert(Upsert.of(alias, key, points(ACME, 0, 3, 1L)));
        port.setPayload(alias, key, Map.of("x", 1L), of(ACME), true);
        assertThat(port.count(alias, key, of(ACME))).isEqualTo(3);
        assertThat(port.facet(alias, key, TENANT_FIELD, 5))
            .containsExactly(new FacetHit(ACME.tenant(), 3));
        assertThat(port.scroll(ScrollRequest.whole(alias, key, null, 5)).points())
            .hasSize(3);
        assertThat(port.retrieve(alias, key, List.of(PointId.of(1)))).hasSize(1);
        assertThat(port.search(alias, key, "", new float[] {1, 1, 0, 0}, of(ACME), 2, true))
            .hasSize(2);
        port.delete(alias, key, of(ACME), true);
        assertThat(port.count(scene.name(), key, null)).isZero();
        assertThat(port.view(alias)).isEqualTo(port.view(scene.name()));
        assertThat(port.describe(alias).orElseThrow().indexedFields())
            .containsOnlyKeys(TENANT_FIELD);
        assertThat(port.aliased(scene.name())).isEmpty();
        assertThat(port.aliased("nothing")).isEmpty();
      }
    }
  }

  @Test
  default void anAliasNamesItsCollectionInChangesOfTheLayoutButNotInItsDeletion() {
    try (ContractScene scene = ContractScene.create(backend())) {
      String alias = scene.name() + "-alias";
      create(scene, alias);
      QdrantWrites port = scene.port();
      port.createShardKey(alias, new KeyTemplate(SPARE, scene.peerId(0), ReplicaState.ACTIVE));
      scene.awaitState(SPARE, ReplicaState.ACTIVE);
      int shard = scene.replica(FALLBACK).shardId();
      port.replicateShard(alias, shard, scene.peerId(0), scene.peerId(1));
      scene.awaitEverywhere(view -> view.replicasOf(FALLBACK).size() == 2);
      scene.awaitState(FALLBACK, ReplicaState.ACTIVE);
      port.createTenantIndex(alias, "other");
      assertThat(port.describe(scene.name()).orElseThrow().indexedFields()).containsKey("other");
      String snapshot = port.createShardSnapshot(alias, shard);
      port.deleteShardSnapshot(scene.name(), shard, snapshot);
      port.deleteShardKey(alias, SPARE);
      scene.awaitEverywhere(view -> !view.has(SPARE));
      port.deleteCollection(alias);
      assertThat(port.view(scene.name())).isPresent();
      assertThat(port.aliased(alias)).contains(scene.name());
      assertThatThrownBy(() -> port.createCollection(CollectionTemplate.tiered(alias, 4)))
          .isInstanceOf(QdrantException.Rejected.class)
          .hasMessageContaining("Can't create collection with name " + alias
              + ". Alias with the same name already exists");
    }
  }

  @Test
  default void anAliasCanBeRenamedAndEndsWithItsCollection() {
    String alias;
    try (ContractScene scene = ContractScene.create(backend())) {
      alias = scene.name() + "-alias";
      String renamed = alias + "-2";
      create(scene, alias);
      change(
          scene,
          AliasOperations.newBuilder()
              .setRenameAlias(
                  RenameAlias.newBuilder().setOldAliasName(alias).setNewAliasName(renamed))
              .build(),
          renamed,
          Optional.of(scene.name()));
      assertThat(scene.port().aliased(alias)).isEmpty();
      assertThat(scene.port().view(alias)).isEmpty();
      change(
          scene,
          AliasOperations.newBuilder()
              .setDeleteAlias(DeleteAlias.newBuilder().setAliasName(renamed))
              .build(),
          renamed,
          Optional.empty());
      assertThatThrownBy(() -> scene
              .port()
              .upsert(Upsert.of(renamed, ShardSelector.key(FALLBACK), List.of(point(1, ACME, 1L)))))
          .isInstanceOf(QdrantException.NotFound.class)
          .hasMessageContaining("Collection `" + renamed + "` doesn't exist!");
      create(scene, alias);
    }
    QdrantWrites port = backend().cluster().peers().get(0);
    await().untilAsserted(() -> assertThat(port.aliased(alias)).isEmpty());
  }

  @Test
  default void anAliasIsSetMovedAndRemovedInOneCall() {
    try (ContractScene scene = ContractScene.create(backend());
        ContractScene other = ContractScene.create(backend())) {
      String alias = scene.name() + "-alias";
      QdrantWrites port = scene.port();
      for (ContractScene each : List.of(scene, scene, other)) {
        port.setAlias(alias, each.name());
        await()
            .untilAsserted(() -> assertThat(scene.ports())
                .allSatisfy(peer -> assertThat(peer.aliased(alias)).contains(each.name())));
      }
      for (int repeat = 0; repeat < 2; repeat++) {
        port.setAlias(alias, null);
        await()
            .untilAsserted(() -> assertThat(scene.ports())
                .allSatisfy(peer -> assertThat(peer.aliased(alias)).isEmpty()));
      }
      assertThatThrownBy(() -> port.setAlias(alias, "nothing"))
          .isInstanceOf(QdrantException.NotFound.class)
          .hasMessageContaining("Collection `nothing` doesn't exist!");
      assertThatThrownBy(() -> port.setAlias(other.name(), scene.name()))
          .isInstanceOf(QdrantException.Rejected.class)
          .hasMessageContaining("Collection `" + other.name() + "` already exists!");
      assertThat(port.collections()).contains(scene.name(), other.name()).doesNotContain(alias);
    }
  }

  @Test
  default void textsOfTheMetadataAreChangedOneByOne() {
    try (ContractScene scene = ContractScene.create(backend())) {
      QdrantWrites port = scene.port();
      changeMetadata(scene, Map.of("a", "1", "b", "2"), Map.of("a", "1", "b", "2"));
      changeMetadata(scene, Map.of("b", "3"), Map.of("a", "1", "b", "3"));
      Map<String, String> removal = new HashMap<>();
      removal.put("a", null);
      changeMetadata(scene, removal, Map.of("b", "3"));
      changeMetadata(scene, removal, Map.of("b", "3"));
      assertThatThrownBy(() -> port.changeMetadata("nothing", Map.of("a", "1")))
          .isInstanceOf(QdrantException.NotFound.class);
    }
  }

  private static void changeMetadata(
      ContractScene scene, Map<String, String> change, Map<String, String> expected) {
    scene.port().changeMetadata(scene.name(), change);
    await()
        .untilAsserted(() -> assertThat(scene.ports())
            .allSatisfy(
                peer -> assertThat(peer.describe(scene.name()).orElseThrow().metadata())
                    .isEqualTo(expected)));
  }

  private void change(
      ContractScene scene, AliasOperations change, String alias, Optional<String> target) {
    try (RawPeer peer = backend().raw(0)) {
      peer.collections()
          .updateAliases(ChangeAliases.newBuilder().addActions(change).build());
    }
    await()
        .untilAsserted(() -> assertThat(scene.ports())
            .allSatisfy(port -> assertThat(port.aliased(alias)).isEqualTo(target)));
  }
}
