package io.tierkeeper.operator.provision;

import static io.tierkeeper.operator.provision.ProvisionSamples.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.operator.TestCollection;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.provision.ProvisionStep.ChangeQuantization;
import io.tierkeeper.operator.provision.ProvisionStep.CreateCollection;
import io.tierkeeper.operator.provision.ProvisionStep.CreatePayloadIndex;
import io.tierkeeper.operator.provision.ProvisionStep.CreateShardKey;
import io.tierkeeper.operator.provision.ProvisionStep.CreateTenantIndex;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import io.tierkeeper.qdrant.settings.IndexType;
import io.tierkeeper.qdrant.settings.Quantization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which calls a collection needs, on an emulator that has it in each state. */
class ProvisionDecisionTest {

  private static final String OWNER = "data/kb";
  private static final String INDEXED =
      "{vectorSize: 8, payloadIndexes: [{field: source, type: Text}]}";
  private static EmulatedQdrant qdrant;
  private static QdrantCluster cluster;
  private static QdrantWrites port;

  @BeforeAll
  static void start() {
    qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
    cluster = GrpcQdrant.connect(TestCollection.endpoints(qdrant));
    port = cluster.peers().get(0);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    qdrant.close();
  }

  @AfterEach
  void clean() {
    port.deleteCollection("kb");
  }

  @Test
  void aMissingCollectionIsCreatedWithTheFallbackKeyLast() {
    assertThat(steps(plan(INDEXED)))
        .extracting(Object::getClass)
        .containsExactly(
            CreateCollection.class,
            CreateTenantIndex.class,
            CreatePayloadIndex.class,
            CreateShardKey.class);
  }

  @Test
  void theStepsOfEachInterruptedCreationLeadToTheSameCollection() {
    ProvisionPlan plan = plan(INDEXED);
    int all = steps(plan).size();
    for (int done = 0; done <= all; done++) {
      steps(plan).stream().limit(done).forEach(step -> step.send(port, "kb"));
      steps(plan).forEach(step -> step.send(port, "kb"));
      assertThat(steps(plan)).as("after %s steps", done).isEmpty();
      CollectionDescription found = port.describe("kb").orElseThrow();
      assertThat(ProvisionDrift.of(plan, found, 1)).as("after %s steps", done).isEmpty();
      assertThat(layout().shards(ShardKey.of("default"))).isEqualTo(1);
      port.deleteCollection("kb");
    }
  }

  @Test
  void aCollectionOfOthersIsLeftAloneEvenWithoutAnyKey() {
    port.createCollection(CollectionTemplate.tiered("kb", 8));
    assertThat(steps(plan(INDEXED))).isEmpty();
    port.deleteCollection("kb");
    port.createCollection(new CollectionTemplate(
        "kb", plan(INDEXED).settings(), Map.of(ProvisionDecision.CREATED_FOR, "data/another")));
    assertThat(steps(plan(INDEXED))).isEmpty();
  }

  @Test
  void aCollectionWithAKeyIsLeftAloneUnlessApplySaysOtherwise() {
    port.createCollection(new CollectionTemplate(
        "kb", plan(INDEXED).settings(), Map.of(ProvisionDecision.CREATED_FOR, OWNER)));
    port.createShardKey("kb", ShardKey.of("acme"), 1);
    assertThat(steps(plan(INDEXED))).isEmpty();
    assertThat(steps(plan(INDEXED.replace("{v", "{apply: Quantize, v")))).isEmpty();
    assertThat(steps(plan(INDEXED.replace("{v", "{apply: Additive, v"))))
        .containsExactly(
            new CreateTenantIndex("group_id", TenantIndex.KEYWORD),
            new CreatePayloadIndex("source", IndexType.TEXT));
  }

  @Test
  void additiveReplacesNoIndexAndQuantisesNothing() {
    TestCollection.create(port, "kb");
    port.createPayloadIndex("kb", "source", IndexType.KEYWORD);
    assertThat(
            steps(
                plan(
                    "{apply: Additive, vectorSize: 4, profile: HighThroughput, payloadIndexes: [{field: source, type: Text}]}")))
        .isEmpty();
  }

  @Test
  void quantiseSwitchesOnOverAndOffAndRemovesWhatVectorsHaveOfTheirOwn() {
    TestCollection.create(port, "kb");
    Quantization int8 = new Quantization.Scalar(null, null);
    assertThat(steps(plan("{apply: Quantize, vectorSize: 4, quantization: {}}")))
        .containsExactly(new ChangeQuantization(int8, Map.of()));
    port.changeQuantization("kb", Quantization.NONE, Map.of("", int8));
    assertThat(steps(plan("{apply: Quantize, vectorSize: 4, quantization: {}}")))
        .isEmpty();
    List<ProvisionStep> off = steps(plan("{apply: Quantize, vectorSize: 4}"));
    assertThat(off)
        .containsExactly(new ChangeQuantization(Quantization.NONE, Map.of("", Quantization.NONE)));
    off.forEach(step -> step.send(port, "kb"));
    assertThat(steps(plan("{apply: Quantize, vectorSize: 4}"))).isEmpty();
  }

  @Test
  void changesWaitWhileAReplicaIsNotActive() {
    TestCollection.create(port, "kb");
    String quantise = "{apply: Quantize, vectorSize: 4, quantization: {type: Binary}}";
    assertThat(steps(plan(quantise))).hasSize(1);
    port.createShardKey(
        "kb", new KeyTemplate(ShardKey.of("acme"), port.status().peerId(), ReplicaState.PARTIAL));
    assertThat(steps(plan(quantise))).isEmpty();
  }

  @Test
  void aPlanThatThisClusterOrPolicyCannotHaveIsRefusedWithItsField() {
    assertThat(refusal("{vectorSize: 8, replicationFactor: 4}", 1000))
        .hasValueSatisfying(finding -> {
          assertThat(finding.reason()).isEqualTo(Reasons.PROVISION_REFUSED);
          assertThat(finding.message())
              .contains("spec.provision.replicationFactor: 4; allowed: at most 3");
        });
    String strict = "{vectorSize: 8, strictMode: {conditionMaxSize: 500}}";
    assertThat(refusal(strict, 500)).isEmpty();
    assertThat(refusal(strict, 501))
        .hasValueSatisfying(finding -> assertThat(finding.message())
            .contains("spec.provision.strictMode.conditionMaxSize: 500", "at least 501"));
  }

  private static Optional<Finding> refusal(String provision, int deleteBatch) {
    return ProvisionDecision.refusal(plan(provision), layout(), deleteBatch);
  }

  private static List<ProvisionStep> steps(ProvisionPlan plan) {
    return ProvisionDecision.steps(plan, layout(), port.describe("kb").orElse(null), OWNER);
  }

  private static ClusterLayout layout() {
    return new LayoutObserver(cluster).observe("kb");
  }
}
