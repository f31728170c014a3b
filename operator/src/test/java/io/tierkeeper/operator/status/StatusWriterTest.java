package io.tierkeeper.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.lab.kubeapi.EmbeddedKubernetes;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a status is taken for that others have written meanwhile. */
class StatusWriterTest {

  private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
  private final KubernetesClient client = kubernetes.client();

  @BeforeEach
  void define() {
    kubernetes.applyCrds(Crds.all());
  }

  @AfterEach
  void stop() {
    client.close();
    kubernetes.close();
  }

  @Test
  void aSuccessorReadsWhatItsCacheDoesNotShowYet() {
    TierMove cached = client.resource(move()).create();
    StatusWriter predecessor = new StatusWriter(client, InstantSource.system());
    predecessor.write(cached, said("begun"));

    StatusWriter successor = new StatusWriter(client, InstantSource.system());
    assertThat(message(successor.last(cached))).isEmpty();
    assertThat(message(successor.newest(cached))).isEqualTo("begun");
    // From now on it needs no trigger.
    assertThat(message(successor.last(cached))).isEqualTo("begun");

    successor.write(cached, said("done"));
    assertThat(message(successor.newest(cached))).isEqualTo("done");
  }

  @Test
  void aNamesakeThatTookThePlaceOfADeletedOneIsAnother() {
    TierMove cached = client.resource(move()).create();
    client.resource(cached).delete();
    TierMove other = Serialization.clone(cached);
    other.getMetadata().setUid(null);
    other.getMetadata().setResourceVersion(null);
    other = client.resource(other).create();
    new StatusWriter(client, InstantSource.system()).write(other, said("another"));

    StatusWriter writer = new StatusWriter(client, InstantSource.system());
    assertThat(message(writer.newest(cached))).isEmpty();
  }

  /** The writer forgets the status of a TenantTier that the cache shows, and reads it again where the cache goes back. */
  @Test
  void aCacheThatGoesBackCausesNoWrite() {
    TenantTier tier = new TenantTier();
    tier.setMetadata(
        new ObjectMetaBuilder().withName("kb-acme").withNamespace("default").build());
    tier.setSpec(Serialization.unmarshal(
        "{\"collectionRef\": {\"name\": \"kb\"}, \"tenant\": \"acme\"}", TenantTierSpec.class));
    TenantTier old = client.resource(tier).create();
    StatusWriter writer = new StatusWriter(client, InstantSource.system());
    TenantTierStatus status =
        TenantTierStatus.empty().toBuilder().tier("Fallback").build();
    assertThat(writer.write(old, status)).isTrue();
    TenantTier shown = client.resource(old).get();
    assertThat(writer.last(shown)).isEqualTo(status);
    assertThat(writer.last(shown)).isEqualTo(status);
    assertThat(writer.last(old)).isEqualTo(status);
    assertThat(writer.write(old, status)).isFalse();
    assertThat(writer.write(shown, status)).isFalse();
  }

  @Test
  void refusesToStoreWhatIsGone() {
    TierMove cached = client.resource(move()).create();
    StatusWriter writer = new StatusWriter(client, InstantSource.system());
    writer.store(cached, said("begun"));
    client.resource(cached).delete();
    assertThatThrownBy(() -> writer.store(cached, said("next")))
        .isInstanceOf(ResourceGoneException.class)
        .hasMessageContaining("TierMove default/m");
    assertThat(writer.write(cached, said("last"))).isFalse();
  }

  @Test
  void refusesToStoreInANamesake() {
    TierMove cached = client.resource(move()).create();
    client.resource(cached).delete();
    client.resource(move()).create();
    StatusWriter writer = new StatusWriter(client, InstantSource.system());
    assertThatThrownBy(() -> writer.store(cached, said("next")))
        .isInstanceOf(ResourceGoneException.class);
  }

  @Test
  void aLeaderThatWakesDoesNotReplaceTheStatusOfItsSuccessor() {
    TierMove cached = client.resource(move()).create();
    StatusWriter old = new StatusWriter(client, InstantSource.system());
    old.store(cached, said("begun"));

    StatusWriter successor = new StatusWriter(client, InstantSource.system());
    successor.newest(cached);
    successor.store(cached, said("further"));

    assertThatThrownBy(() -> old.store(cached, said("of long ago")))
        .isInstanceOf(KubernetesClientException.class)
        .extracting(e -> ((KubernetesClientException) e).getCode())
        .isEqualTo(409);
    assertThat(message(client.resource(cached).get().getStatus())).isEqualTo("further");
    assertThat(message(old.newest(cached))).isEqualTo("further");
    old.store(cached, said("and further"));
    assertThat(message(client.resource(cached).get().getStatus())).isEqualTo("and further");
  }

  @Test
  void aChangeByAUserIsNoObstacle() {
    TierMove cached = client.resource(move()).create();
    StatusWriter writer = new StatusWriter(client, InstantSource.system());
    writer.store(cached, said("begun"));
    client
        .resource(cached)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"abort\":true}}");
    writer.store(cached, said("aborts"));
    assertThat(message(client.resource(cached).get().getStatus())).isEqualTo("aborts");
  }

  @Test
  void showsTheSpecThatTheServerAnsweredWith() {
    TierMove cached = client.resource(move()).create();
    StatusWriter writer = new StatusWriter(client, InstantSource.system());
    assertThat(writer.latest(cached)).isSameAs(cached);
    client
        .resource(cached)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"abort\":true}}");
    writer.store(cached, said("begun"));
    assertThat(writer.latest(cached).getSpec().abort()).isTrue();
  }

  private static TierMove move() {
    return Serialization.unmarshal("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierMove
        metadata: {name: m, namespace: default}
        spec:
          collectionRef: {name: kb}
          tenant: acme
          direction: Promote
          planHash: "sha256:%s"
          plan: {points: 10, steps: [CreateKey]}
        """.formatted("0".repeat(64)), TierMove.class);
  }

  private static TierMoveStatus said(String message) {
    return TierMoveStatus.empty().toBuilder().message(message).build();
  }

  private static String message(@Nullable TierMoveStatus status) {
    return status == null ? "" : Objects.requireNonNullElse(status.message(), "");
  }
}
