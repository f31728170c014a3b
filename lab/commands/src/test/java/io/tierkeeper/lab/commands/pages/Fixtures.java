package io.tierkeeper.lab.commands.pages;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.PolicyRef;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.file.AuditWriter;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;

/** The files of a reader's own that documented commands name. */
final class Fixtures {

  /** A trail of the demo. */
  static final String TRAIL = "cli/src/test/resources/io/tierkeeper/cli/recorded-demo.jsonl";

  private static final String POLICY = "examples/quickstart/policy.yaml";

  /** Copies of these files of the checkout, by the names that pages have. */
  private static final Map<String, String> COPIES = Map.of(
      "my-policy.yaml", POLICY,
      "other.yaml", POLICY,
      "half.yaml", POLICY,
      "same.yaml", POLICY,
      "double.yaml", POLICY,
      "policy.yaml", POLICY,
      "mine.yaml", "examples/scenarios/growth.yaml",
      "kb.jsonl", TRAIL,
      "audit.jsonl", TRAIL);

  /** How pages name a trail; the end of a real name is computed from the rest. */
  private static final String EXAMPLE = "data.kb-0123456789ab";

  /** A trail that is signed with the page's own key. */
  private static final AuditStream SIGNED = AuditStream.of("data", "kb");

  /** The trail of the demo, which has decisions and measurements, in two files. */
  private static final AuditStream ROTATED = AuditStream.of("default", "kb");

  private static final String SEGMENT = ".00000000000000000001";

  private final Cluster cluster;

  Fixtures(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Creates the collections that pages name: with the keys of the fallback and of a tenant and some points, or bare. */
  static void fill(EmulatedQdrant qdrant) {
    QdrantEndpoints endpoints = QdrantEndpoints.plain(
        qdrant.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
        qdrant.peers().stream().map(EmulatedPeer::restPort).toList());
    try (QdrantCluster connected = GrpcQdrant.connect(endpoints)) {
      QdrantWrites port = connected.peers().getFirst();
      for (String collection : List.of("kb", "knowledge_base")) {
        port.createCollection(CollectionTemplate.tiered(collection, 4));
        port.createTenantIndex(collection, "group_id");
        for (String key : List.of("default", "acme")) {
          port.createShardKey(
              collection,
              new KeyTemplate(ShardKey.of(key), port.status().peerId(), ReplicaState.ACTIVE));
          port.upsert(Upsert.of(
              collection,
              ShardSelector.key(ShardKey.of(key)),
              LongStream.of(5, 7, 17, 40, 41, 900)
                  .mapToObj(id -> new Point(
                      PointId.of(id),
                      Map.of("n", id),
                      Map.of("", new PointVector.Dense(new float[] {1, 2, 3, 4}))))
                  .toList()));
        }
      }
      port.createCollection(CollectionTemplate.tiered("bare", 4));
    }
  }

  /** A command with the names of trails that are here. */
  static String named(String command) {
    if (command.startsWith("tierkeeper huf export")) {
      // Needs a measurement, which the signed trail has none of.
      return command.replace(EXAMPLE, "audit");
    }
    boolean rotated = command.contains(SEGMENT) && !command.contains("--public-key");
    return command.replace(EXAMPLE, (rotated ? ROTATED : SIGNED).fileStem());
  }

  /** Provides what a script names and no earlier script of the page has made. */
  void before(String script, Path directory) throws IOException {
    for (Map.Entry<String, String> copy : COPIES.entrySet()) {
      Path file = directory.resolve(copy.getKey());
      if (script.matches("(?s).*[ /]" + copy.getKey() + "\\b.*") && !Files.exists(file)) {
        Files.copy(Checkout.file(copy.getValue()), file);
      }
    }
    Path scores = directory.resolve("scores.csv");
    if (script.contains("scores.csv") && !Files.exists(scores)) {
      Files.writeString(scores, "id,score,namespace\na,0.75,acme\nb,0.25,globex\n");
    }
    Path publicKey = directory.resolve("audit.pub");
    if (script.contains("audit.pub") && !script.contains("openssl") && !Files.exists(publicKey)) {
      Files.writeString(publicKey, publicKey());
    }
    if (script.contains(ROTATED.fileStem()) && ROTATED.files(directory).isEmpty()) {
      rotatedTrail(directory);
    }
    if (script.contains(SIGNED.fileStem()) && SIGNED.files(directory).isEmpty()) {
      signedTrail(directory);
    }
  }

  private static String publicKey() {
    try {
      return "-----BEGIN PUBLIC KEY-----\n"
          + Base64.getEncoder()
              .encodeToString(KeyPairGenerator.getInstance("Ed25519")
                  .generateKeyPair()
                  .getPublic()
                  .getEncoded())
          + "\n-----END PUBLIC KEY-----\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As after a rotation; the first file also compressed. */
  private static void rotatedTrail(Path directory) throws IOException {
    List<String> lines = Files.readAllLines(Checkout.file(TRAIL));
    Path older = directory.resolve(ROTATED.fileStem() + SEGMENT + ".jsonl");
    Files.write(older, lines.subList(0, lines.size() / 2));
    Files.write(
        directory.resolve(ROTATED.fileStem() + ".jsonl"),
        lines.subList(lines.size() / 2, lines.size()));
    compress(older);
  }

  private static void compress(Path file) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(file + ".gz")))) {
      Files.copy(file, out);
    }
  }

  /** A trail of collection data/kb, signed with {@code audit.key}, and its last checkpoint in the status. */
  private void signedTrail(Path directory) throws IOException {
    AtomicReference<AuditCheckpoint> last = new AtomicReference<>();
    AuditOptions options = AuditOptions.DEFAULTS
        .withOwnTimer(false)
        .checkpointing(1, Duration.ofMinutes(10))
        .rotating(1, false)
        .signing(AuditSigningKey.read(directory.resolve("audit.key")))
        .reporting(last::set);
    try (JsonlAuditLog log = JsonlAuditLog.open(
        directory, SIGNED, new AuditWriter("0.1.0", "pod-abc", 1), Clock.systemUTC(), options)) {
      for (int generation = 1; generation <= 2; generation++) {
        log.append(policy(generation), Durability.BEFORE_MUTATION);
      }
    }
    compress(SIGNED.files(directory).getFirst());
    AuditCheckpoint checkpoint = Objects.requireNonNull(last.get(), "no checkpoint was written");
    Map<String, Object> shown = new HashMap<>(Map.of(
        "size", checkpoint.size(),
        "headHash", checkpoint.headHash(),
        "time", checkpoint.time().toString()));
    if (checkpoint.signature() != null) {
      shown.put("keyId", checkpoint.signature().keyId());
      shown.put("signature", checkpoint.signature().value());
    }
    cluster.status("data", "kb", Map.of("audit", Map.of("checkpoint", shown)));
  }

  private static AuditEvent policy(int generation) {
    return new AuditEvent(
        AuditEvent.id("u-1", "policy", generation, "changed"),
        "policy/standard",
        Instant.now(),
        new PolicyData(
            new ResourceRef("TierPolicy", "data", "standard", "u-1", generation),
            new PolicyRef("standard", generation, "sha256:" + "ab".repeat(32)),
            null,
            JsonNodeFactory.instance.objectNode().put("mode", "Auto")));
  }
}
