package io.tierkeeper.operator;

import static io.tierkeeper.operator.OperatorWorld.FALLBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditPublicKey;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.chain.CheckpointSignature;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.evaluation.history.TrailReplay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator and the disk of its trail. */
@NullUnmarked
class AuditTrailIT {

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final Duration MOVED = Duration.ofSeconds(90);

  @TempDir
  Path directory;

  private OperatorWorld world;
  private Path audit;

  /** Behind the clock on the wall, so that nothing of this run is out of date by it. */
  private final AtomicReference<Duration> offset = new AtomicReference<>();

  @BeforeEach
  void start() {
    Instant wall = Clock.systemUTC().instant();
    Instant beforeMidnight = wall.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(1));
    offset.set(Duration.between(wall, beforeMidnight));
    audit = directory.resolve("audit");
    world = new OperatorWorld(audit);
    world.write("acme", 300);
    for (int i = 0; i < 10; i++) {
      world.write("small" + i, 20);
    }
  }

  @AfterEach
  void stop() {
    assertThat(world.qdrant.violations()).isEmpty();
    world.close();
  }

  @Test
  void stopsAMoveWhenTheDiskFailsAndGoesOnInANewFileWhenItIsBack() throws Exception {
    world.applyPolicy("Auto");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator operator = operator(null)) {
      TierMove promotion = await()
          .atMost(SOON)
          .until(() -> world.moveIn("AwaitingApproval"), m -> m.isPresent())
          .orElseThrow();
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(healthy()).isEqualTo("True AuditHealthy"));
      Path aside = Files.move(audit, directory.resolve("aside"));
      Files.writeString(audit, "where a volume was mounted");
      // The first line of another day needs another file.
      offset.set(offset.get().plus(Duration.ofHours(2)));
      world
          .client
          .resource(promotion)
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"approved\":true}}");
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(healthy()).isEqualTo("False AuditUnavailable"));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(OperatorWorld.condition(
                  world.moves().getFirst().getStatus().conditions(), "Ready"))
              .isEqualTo("False AuditUnavailable"));
      assertThat(world.shardKeys()).as("nothing was done").containsExactly(FALLBACK);
      world.write("acme", 40);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(world.tenant("kb-acme").orElseThrow().getStatus().points())
                  .as("measured without a trail")
                  .isEqualTo(340));
      assertThat(OperatorWorld.condition(
              world.tenant("kb-acme").orElseThrow().getStatus().conditions(), "Ready"))
          .startsWith("True");
      assertThat(OperatorWorld.condition(
              world.collection().orElseThrow().getStatus().conditions(), "Ready"))
          .isEqualTo("False AuditUnavailable");
      assertThat(world.shardKeys()).as("still nothing").containsExactly(FALLBACK);

      Files.delete(audit);
      Files.move(aside, audit);
      await().atMost(MOVED).until(() -> world.moveIn("Succeeded").isPresent());
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(healthy()).isEqualTo("True AuditHealthy"));
      assertThat(Files.readAllLines(operator.auditFile(world.namespace, "kb")).getFirst())
          .contains("\"reason\":\"WriteFailed\"")
          .contains("\"opensSegment\":true");
    }
    AuditReport report = AuditVerifier.verify(List.of(audit), null);
    assertThat(report.fault()).isNull();
    assertThat(report.firstSequence()).isEqualTo(1);
    TrailReplay replay = new TrailReplay();
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(audit)).lines()) {
      lines.forEach(replay::take);
    }
    assertThat(replay.report().differences())
        .as("what was not recorded changed nothing that was")
        .isEmpty();
  }

  @Test
  void copiesTheSignedCheckpointAndGoesOnFromItWhenTheVolumeIsLost() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    AuditSigningKey key =
        AuditSigningKey.read(pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    AuditPublicKey publicKey =
        AuditPublicKey.read(pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    world.applyPolicy("Recommend");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator operator = operator(key)) {
      await().atMost(SOON).untilAsserted(() -> assertThat(healthy()).startsWith("True"));
      offset.set(offset.get().plus(Duration.ofMinutes(11)));
      world.write("acme", 30);
      await().atMost(SOON).until(() -> copied() != null);
      assertThat(copied().signature().keyId()).isEqualTo(publicKey.id());
      assertThat(operator.leading()).isTrue();
    }
    AuditCheckpoint kept = copied();
    assertThat(AuditVerifier.verify(List.of(audit), kept, List.of(publicKey), true, null)
            .fault())
        .isNull();
    Files.move(audit, directory.resolve("lost"));
    try (TierkeeperOperator operator = operator(key)) {
      Path file = operator.auditFile(world.namespace, "kb");
      await().atMost(SOON).until(() -> Files.exists(file) && Files.size(file) > 0);
      world.write("acme", 30);
      await()
          .atMost(SOON)
          .until(
              () -> world.collection().orElseThrow().getStatus().audit().sequence() > kept.size());
      assertThat(copied().size()).isGreaterThanOrEqualTo(kept.size());
      assertThat(Files.readAllLines(file).getFirst())
          .contains("\"reason\":\"TrailElsewhere\"")
          .contains("\"prevhash\":\"" + kept.headHash() + "\"");
    }
    AuditReport report = AuditVerifier.verify(List.of(audit), kept, List.of(publicKey), true, null);
    assertThat(report.fault()).isNull();
    assertThat(report.firstSequence()).isEqualTo(kept.size() + 1);
  }

  private TierkeeperOperator operator(AuditSigningKey key) {
    return TierkeeperOperator.start(
        world.account,
        world
            .options()
            .withAuditSigningKey(key)
            .withClock(() -> Clock.systemUTC().instant().plus(offset.get())));
  }

  private String healthy() {
    return world
        .collection()
        .map(TieredCollection::getStatus)
        .map(status -> OperatorWorld.condition(status.conditions(), "AuditHealthy"))
        .orElse("");
  }

  private AuditCheckpoint copied() {
    TieredCollectionStatus.Audit status =
        world.collection().orElseThrow().getStatus().audit();
    TieredCollectionStatus.Checkpoint checkpoint = status == null ? null : status.checkpoint();
    return checkpoint == null
        ? null
        : new AuditCheckpoint(
            checkpoint.size(),
            checkpoint.headHash(),
            Instant.parse(checkpoint.time()),
            new CheckpointSignature(checkpoint.keyId(), checkpoint.signature()));
  }

  private Path pem(String label, byte[] der) throws Exception {
    return Files.writeString(
        directory.resolve(label.substring(0, 3) + ".pem"),
        "-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(der) + "\n-----END "
            + label + "-----\n");
  }
}
