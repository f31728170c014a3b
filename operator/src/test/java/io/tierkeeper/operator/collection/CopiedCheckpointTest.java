package io.tierkeeper.operator.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditPublicKey;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.connection.QdrantConnections;
import io.tierkeeper.operator.metrics.OperatorMeters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checkpoint on its way into the status, and back when the volume is lost. */
class CopiedCheckpointTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @SuppressWarnings("NullAway.Init")
  private AuditPublicKey publicKey;

  @SuppressWarnings("NullAway.Init")
  private AuditSigningKey key;

  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final List<String> rung = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-21T00:00:00Z");
  private long term = 5;

  @BeforeEach
  void makeAKey() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    publicKey = AuditPublicKey.read(pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    key = AuditSigningKey.read(pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void asksForAnEvaluationWhereNoneIsUnderWayToCopyIt() {
    try (CollectionRuntimes runtimes = runtimes(directory.resolve("a"))) {
      OpenTrail trail = runtimes.trail(collection(null));
      append(trail, 1);
      now = now.plus(Duration.ofMinutes(10));
      append(trail, 2);
      assertThat(rung).containsExactly("default/kb");
      runtimes.of("default", "kb").evaluating().lock();
      append(trail, 3);
      now = now.plus(Duration.ofMinutes(10));
      append(trail, 4);
      runtimes.of("default", "kb").evaluating().unlock();
      assertThat(trail.log().lastCheckpoint().orElseThrow().size()).isEqualTo(5);
      assertThat(rung).as("an evaluation copies it at its end").hasSize(1);
    }
  }

  @Test
  void goesOnFromTheSignedCheckpointWhenTheVolumeIsLost() throws Exception {
    TieredCollectionStatus.Audit audit = written(directory.resolve("a"));
    TieredCollectionStatus.Checkpoint checkpoint = Objects.requireNonNull(audit.checkpoint());
    assertThat(checkpoint.size()).isEqualTo(2);
    assertThat(checkpoint.keyId()).isEqualTo(publicKey.id());
    Path lost = directory.resolve("b");
    // Of a Lease that was deleted.
    term = 1;
    try (CollectionRuntimes runtimes = runtimes(lost)) {
      OpenTrail trail = runtimes.trail(collection(audit));
      assertThat(CollectionStatuses.audit(trail.log()).checkpoint())
          .as("still there for the next loss")
          .isEqualTo(checkpoint);
      assertThat(trail.head().sequence()).isEqualTo(3);
    }
    String trail;
    try (var files = Files.list(lost)) {
      trail = Files.readString(files.findFirst().orElseThrow());
    }
    assertThat(audit.term()).isEqualTo(5);
    assertThat(trail)
        .as("terms do not go back")
        .contains("\"term\":5")
        .contains("\"reason\":\"TrailElsewhere\"")
        .contains("\"prevhash\":\"" + checkpoint.headHash() + "\"");
    AuditCheckpoint kept = Objects.requireNonNull(AuditTrails.checkpoint(collection(audit)));
    assertThat(AuditVerifier.verify(List.of(lost), kept, List.of(publicKey), false, null)
            .fault())
        .isNull();
  }

  @Test
  void doesNotContinueFromACheckpointThatWasChangedInTheStatus() {
    TieredCollectionStatus.Audit audit = written(directory.resolve("a"));
    TieredCollectionStatus.Checkpoint checkpoint = Objects.requireNonNull(audit.checkpoint());
    TieredCollectionStatus.Audit changed = new TieredCollectionStatus.Audit(
        audit.sequence(),
        audit.headHash(),
        new TieredCollectionStatus.Checkpoint(
            1L,
            checkpoint.headHash(),
            checkpoint.signature(),
            checkpoint.keyId(),
            checkpoint.time()),
        audit.term());
    try (CollectionRuntimes runtimes = runtimes(directory.resolve("b"))) {
      assertThatThrownBy(() -> runtimes.trail(collection(changed)))
          .isInstanceOfSatisfying(
              AuditUnavailableException.class,
              refused -> assertThat(refused.retryHelps()).isFalse())
          .hasMessageContaining("was changed");
    }
  }

  /** What the status gets of a trail with one checkpoint. */
  private TieredCollectionStatus.Audit written(Path place) {
    try (CollectionRuntimes runtimes = runtimes(place)) {
      OpenTrail trail = runtimes.trail(collection(null));
      append(trail, 1);
      now = now.plus(Duration.ofMinutes(10));
      append(trail, 2);
      append(trail, 3);
      return CollectionStatuses.audit(trail.log());
    }
  }

  private void append(OpenTrail trail, int k) {
    trail.append(
        new AuditEvent(
            AuditEvent.id("u", "e", k, "told"),
            "policy/p",
            now,
            new UnreadableData(AuditType.POLICY, "empty", JsonNodeFactory.instance.objectNode())),
        Durability.BEFORE_MUTATION);
  }

  private CollectionRuntimes runtimes(Path place) {
    OperatorOptions options = OperatorOptions.defaults()
        .withInstance("one")
        .withLeaderElection(LeaderElection.defaults())
        .withAuditDirectory(place)
        .withAuditSigningKey(key)
        .withClock(() -> now);
    return new CollectionRuntimes(
        new QdrantConnections(client, options.qdrant()),
        new AuditTrails(options),
        Leadership.always(),
        () -> term,
        new OperatorMeters(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), () -> true),
        (namespace, name) -> rung.add(namespace + "/" + name),
        options);
  }

  /** As it comes back from the API server. */
  private static TieredCollection collection(TieredCollectionStatus.@Nullable Audit audit) {
    TieredCollection collection = Serialization.unmarshal(
        "metadata: {name: kb, namespace: default, uid: u}\nspec: {collection: c}\n",
        TieredCollection.class);
    collection.setStatus(TieredCollectionStatus.empty().toBuilder().audit(audit).build());
    return Serialization.unmarshal(Serialization.asJson(collection), TieredCollection.class);
  }

  private Path pem(String label, byte[] der) throws Exception {
    return Files.writeString(
        directory.resolve(label.substring(0, 3) + ".pem"),
        "-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(der) + "\n-----END "
            + label + "-----\n");
  }
}
