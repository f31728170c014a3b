package io.tierkeeper.operator.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When two TieredCollections are of one collection in Qdrant. */
class SameCollectionTest {

  private static final TieredCollection OLDER =
      collection("a", "2026-01-01T00:00:00Z", "documents", "http://q-0:6334", "17");
  private static final Set<String> UNKNOWN = Set.of();

  @Test
  void theYoungerIsRefusedWithTheNameOfTheOlder() {
    TieredCollection younger =
        collection("b", "2026-01-02T00:00:00Z", "documents", "http://Q-0:6334", null);
    assertThat(older(younger, OLDER, UNKNOWN))
        .hasValueSatisfying(message -> assertThat(message).contains("documents", "a/docs"));
    assertThat(older(OLDER, younger, UNKNOWN)).isEmpty();
    assertThat(older(OLDER, OLDER, UNKNOWN)).isEmpty();
  }

  @Test
  void otherAddressesOfTheSamePeersAreTheSameQdrant() {
    TieredCollection younger =
        collection("b", "2026-01-02T00:00:00Z", "documents", "http://qdrant.headless:6334", null);
    assertThat(older(younger, OLDER, Set.of("16", "17"))).isPresent();
    assertThat(older(younger, OLDER, Set.of("16"))).isEmpty();
  }

  @Test
  void anotherCollectionIsAnotherOne() {
    TieredCollection younger =
        collection("b", "2026-01-02T00:00:00Z", "images", "http://q-0:6334", null);
    assertThat(older(younger, OLDER, Set.of("17"))).isEmpty();
  }

  private static Optional<String> older(
      TieredCollection collection, TieredCollection other, Set<String> peers) {
    return SameCollection.older(collection, Stream.of(collection, other), peers);
  }

  private static TieredCollection collection(
      String namespace,
      String created,
      String name,
      String endpoint,
      @org.jspecify.annotations.Nullable String peer) {
    return Serialization.unmarshal(
        """
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: docs, namespace: %s, creationTimestamp: "%s"}
        spec: {qdrant: {endpoints: ["%s"]}, collection: %s}
        status: {fallback: {peer: %s}}
        """.formatted(
                namespace, created, endpoint, name, peer == null ? "null" : "\"" + peer + "\""),
        TieredCollection.class);
  }
}
