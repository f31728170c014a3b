package io.tierkeeper.evaluation.policy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.tierkeeper.api.mapping.InvalidValueException;
import io.tierkeeper.api.mapping.PolicyCompletion;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Objective;
import io.tierkeeper.governance.PenaltyScale;
import io.tierkeeper.governance.PenaltyTerm;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Match;
import io.tierkeeper.governance.decision.Mode;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.qdrant.TenantId;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  private final KubernetesSerialization yaml = new KubernetesSerialization();

  @Test
  void decidesByTheCostBandWhereThePolicySaysSo() {
    assertThat(decisions(policy("{}")).costBand()).isNull();
    assertThat(decisions(policy("{decision: CostBand}")).costBand()).isEqualTo(CostBand.defaults());
    assertThat(decisions(
                policy("{decision: CostBand, costBand: {promotionCost: '5', demotionCost: '2.5'}}"))
            .costBand())
        .isEqualTo(new CostBand(5, 2.5));
  }

  @Test
  void anEmptyPolicyMeansTheDefaultsOfGovernance() {
    assertThat(damping(policy("{}"))).isEqualTo(GovernanceParameters.defaults());
    assertThat(decisions(policy("{}"))).isEqualTo(DecisionPolicy.defaults());
    assertThat(decisions(null)).isEqualTo(DecisionPolicy.defaults());
    assertThat(decisions(policy("{decision: CostBand}")).costBand()).isEqualTo(CostBand.defaults());
  }

  @Test
  void theServerFillsInWhatReadingFillsIn() {
    JSONSchemaProps spec = requireNonNull(Crds.all()
        .getFirst()
        .getSpec()
        .getVersions()
        .getFirst()
        .getSchema()
        .getOpenAPIV3Schema()
        .getProperties()
        .get("spec"));
    var filled = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
    spec.getProperties().forEach((name, property) -> {
      if (property.getDefault() != null) {
        filled.set(name, property.getDefault());
      }
    });

    TierPolicySpec byServer = yaml.convertValue(filled, TierPolicySpec.class);

    TierPolicySpec empty = read(null).spec();
    assertThat(PolicyCompletion.complete(byServer)).isEqualTo(empty);
    assertThat(yaml.convertValue(empty, TierPolicySpec.class).windows()).isEmpty();
    assertThat(byServer.windows()).isNull();
    assertThat(byServer.costBand()).isEqualTo(empty.costBand());
    assertThat(byServer.mode()).isEqualTo(empty.mode());
    assertThat(byServer.decision()).isEqualTo(empty.decision());
    assertThat(byServer.approval()).isEqualTo(empty.approval());
    assertThat(byServer.mass()).isEqualTo(empty.mass());
    assertThat(byServer.damping()).isEqualTo(empty.damping());
    assertThat(byServer.promote()).isEqualTo(empty.promote());
    assertThat(byServer.demote()).isEqualTo(empty.demote());
    assertThat(byServer.cooldown()).isEqualTo(empty.cooldown());
    assertThat(byServer.flapBudget()).isEqualTo(empty.flapBudget());
    assertThat(byServer.limits()).isEqualTo(empty.limits());
    assertThat(byServer.schedule()).isEqualTo(empty.schedule());
    assertThat(byServer.verify()).isEqualTo(empty.verify());
    assertThat(byServer.retain()).isEqualTo(empty.retain());
    assertThat(byServer.dedicated()).isEqualTo(empty.dedicated());
    assertThat(byServer.demotion()).isEqualTo(empty.demotion());
  }

  @Test
  void readsEveryFieldThatDecisionsDependOn() {
    DecisionPolicy policy = decisions(policy("""
                mode: Auto
                approval: {required: [Promote]}
                mass: {minSamples: 7, staleAfter: 1h30m5s}
                promote: {aboveShare: "0.3", minPoints: 100, match: Both, stabilizationWindow: 0s}
                demote: {belowShare: "0.2", maxPoints: 99, match: Either, stabilizationWindow: 1m}
                cooldown: {afterMove: 1s, afterAbort: 2s}
                flapBudget: {maxMoves: 9, period: 10h}
                limits: {maxDedicated: 0, maxConcurrentMoves: 4}
                demotion: {strategy: Never}
                """));

    assertThat(policy.mode()).isEqualTo(Mode.AUTO);
    assertThat(policy.approvalRequired()).containsExactly(Direction.PROMOTE);
    assertThat(policy.minSamples()).isEqualTo(7);
    assertThat(policy.staleAfter()).isEqualTo(Duration.ofSeconds(5405));
    assertThat(policy.promote().share()).hasValue(0.3);
    assertThat(policy.promote().points()).hasValue(100);
    assertThat(policy.promote().match()).isEqualTo(Match.BOTH);
    assertThat(policy.promote().stabilizationWindow()).isZero();
    assertThat(policy.demote().share()).hasValue(0.2);
    assertThat(policy.demote().points()).hasValue(99);
    assertThat(policy.demote().match()).isEqualTo(Match.EITHER);
    assertThat(policy.demote().stabilizationWindow()).isEqualTo(Duration.ofMinutes(1));
    assertThat(policy.cooldown().afterMove()).isEqualTo(Duration.ofSeconds(1));
    assertThat(policy.cooldown().afterAbort()).isEqualTo(Duration.ofSeconds(2));
    assertThat(policy.flapBudget().maxMoves()).isEqualTo(9);
    assertThat(policy.flapBudget().period()).isEqualTo(Duration.ofHours(10));
    assertThat(policy.limits().maxDedicated()).isZero();
    assertThat(policy.limits().maxConcurrentMoves()).isEqualTo(4);
    assertThat(policy.demotionNever()).isTrue();
  }

  @Test
  void readsEveryFieldThatDampingDependsOn() {
    GovernanceParameters parameters = damping(policy("""
                damping:
                  objective: Literal
                  varianceWeight: "1"
                  penaltyWeight: "2"
                  coherenceWeight: "3"
                  trackingWeight: "4"
                  window: 5
                  penalties: {fallback: "6", dedicated: "7", promoting: "8", demoting: "9"}
                """));

    assertThat(parameters)
        .isEqualTo(new GovernanceParameters(
            Objective.LITERAL,
            1,
            2,
            3,
            4,
            5,
            new io.tierkeeper.governance.TierPenalties(6, 7, 8, 9)));
  }

  @Test
  void readsThePenaltyTerms() {
    GovernanceParameters parameters = damping(policy("""
                damping:
                  penaltyTerms:
                    - name: latency-budget
                      from: {configMap: {name: tenants, key: latency-budget-ms}}
                      tiers: [Fallback]
                      ramp: {zeroAt: "200", fullAt: "20", full: "0.30"}
                    - name: privacy-class
                      from: {label: example.com/privacy-class}
                      tiers: [Fallback, Dedicated]
                      classes: [{name: restricted, penalty: "0.30"}, {name: public, penalty: "0"}]
                      otherwise: "0.05"
                """));

    assertThat(parameters.terms())
        .containsExactly(
            new PenaltyTerm("latency-budget", true, false, new PenaltyScale.Ramp(200, 20, 0.3), 0),
            new PenaltyTerm(
                "privacy-class",
                true,
                true,
                new PenaltyScale.Classes(Map.of("restricted", 0.3, "public", 0.0)),
                0.05));
  }

  @Test
  void anOverrideWinsFieldByField() {
    DecisionPolicy policy = decisions(
        policy("{promote: {aboveShare: \"0.3\", minPoints: 100, stabilizationWindow: 5m}}"),
        tenant("{promote: {aboveShare: \"0.12\"}, demote: {maxPoints: 10}}"));

    assertThat(policy.promote().share()).hasValue(0.12);
    assertThat(policy.promote().points()).hasValue(100);
    assertThat(policy.promote().stabilizationWindow()).isEqualTo(Duration.ofMinutes(5));
    assertThat(policy.demote().points()).hasValue(10);
  }

  @Test
  void anOverrideThatClosesTheGapToThePolicyIsNamed() {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> decisions(policy("{}"), tenant("{promote: {aboveShare: \"0.04\"}}")))
        .withMessage(
            "spec.demote.belowShare: 0.05; allowed: a share below promote.aboveShare, which is 0.04");
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() ->
            decisions(policy("{promote: {minPoints: 10}}"), tenant("{demote: {maxPoints: 10}}")))
        .withMessage(
            "spec.demote.maxPoints: 10; allowed: a number below promote.minPoints, which is 10");
  }

  /** The published schema is what users read; a change of a default has to be made here, too, on purpose. */
  @Test
  void anEmptyPolicyMovesAsDocumented() {
    MoveTerms moves = moves(policy("{}"));

    assertThat(moves.approvalExpiresAfter()).isEqualTo(Duration.ofHours(24));
    assertThat(moves.deleteOnlyInWindows()).isTrue();
    assertThat(moves.settings(Duration.ofSeconds(70), Duration.ofMinutes(5), 1))
        .isEqualTo(new MoveSettings(
            new MoveSettings.Verification(VerifyLevel.CONTENT, 20, 0.99),
            Duration.ofSeconds(70),
            Duration.ofHours(24),
            1000,
            1,
            Placement.LEAST_LOADED,
            new MoveSettings.Demotion(
                DemotionStrategy.FREEZE,
                Duration.ofSeconds(30),
                Duration.ofHours(24),
                WhenBusy.GIVE_UP,
                null),
            Duration.ofMinutes(5),
            MoveSettings.Snapshots.NONE));
    assertThat(read(null).spec().schedule())
        .isEqualTo(new TierPolicySpec.Schedule("*/1 * * * *", "UTC"));
    assertThat(read(null).weighted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{promote: {aboveShare: '1.5'}}         | spec.promote.aboveShare",
        "{promote: {aboveShare: '0,2'}}         | spec.promote.aboveShare",
        "{promote: {aboveShare: '1e-1'}}        | spec.promote.aboveShare",
        "{promote: {aboveShare: NaN}}           | spec.promote.aboveShare",
        "{demote: {belowShare: '0.0'}}          | spec.demote.belowShare",
        "{promote: {minPoints: 0}}              | spec.promote.minPoints",
        "{demote: {maxPoints: -1}}              | spec.demote.maxPoints",
        "{mass: {staleAfter: 10}}               | spec.mass.staleAfter",
        "{mass: {staleAfter: 7d}}               | spec.mass.staleAfter",
        "{mass: {minSamples: 0}}                | spec.mass.minSamples",
        "{cooldown: {afterMove: -1h}}           | spec.cooldown.afterMove",
        "{flapBudget: {maxMoves: 0}}            | spec.flapBudget.maxMoves",
        "{limits: {maxConcurrentMoves: 0}}      | spec.limits.maxConcurrentMoves",
        "{decision: CostBand, costBand: {promotionCost: '-1', demotionCost: '4'}} | spec.costBand.promotionCost",
        "{decision: CostBand, costBand: {promotionCost: '8'}} | spec.costBand.demotionCost",
        "{decision: CostBand, costBand: {promotionCost: '0', demotionCost: '0'}} | spec.costBand.promotionCost"
      })
  void namesTheFieldOfAValueThatCannotBeUsed(String spec, String field) {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> decisions(policy(spec)))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field))
        .satisfies(e -> assertThat(e.allowed()).isNotBlank());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{damping: {varianceWeight: '-1'}}                                | spec.damping.varianceWeight",
        "{damping: {penalties: {promoting: x}}}                           | spec.damping.penalties.promoting",
        "{damping: {coherenceWeight: '0', trackingWeight: '0.0'}}         | spec.damping.coherenceWeight",
        "{damping: {window: -1}}                                          | spec.damping.window",
        "{damping: {penaltyTerms: [{}]}}                                  | spec.damping.penaltyTerms[0].name",
        "{damping: {penaltyTerms: [null]}}                                | spec.damping.penaltyTerms[0].name",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}, tiers: [Fallback], classes: [null]}]}} | spec.damping.penaltyTerms[0].classes[0]",
        "{damping: {penaltyTerms: [{name: A_b}]}}                         | spec.damping.penaltyTerms[0].name",
        "{damping: {penaltyTerms: [{name: a}]}}                           | spec.damping.penaltyTerms[0].from",
        "{damping: {penaltyTerms: [{name: a, from: {label: l, configMap: {name: n, key: k}}}]}} | spec.damping.penaltyTerms[0].from",
        "{damping: {penaltyTerms: [{name: a, from: {label: 'a b'}}]}}     | spec.damping.penaltyTerms[0].from.label",
        "{damping: {penaltyTerms: [{name: a, from: {configMap: {name: x/y, key: k}}}]}} | spec.damping.penaltyTerms[0].from.configMap.name",
        "{damping: {penaltyTerms: [{name: a, from: {configMap: {name: x}}}]}} | spec.damping.penaltyTerms[0].from.configMap.key",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}}]}}         | spec.damping.penaltyTerms[0].tiers",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}, tiers: [Fallback]}]}} | spec.damping.penaltyTerms[0]",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}, tiers: [Fallback], classes: []}]}} | spec.damping.penaltyTerms[0].classes",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}, tiers: [Fallback], classes: [{name: x, penalty: '-1'}]}]}} | spec.damping.penaltyTerms[0].classes[0].penalty",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}, tiers: [Fallback], classes: [{name: x, penalty: '1'}, {name: x, penalty: '2'}]}]}} | spec.damping.penaltyTerms[0].classes[1].name",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}, tiers: [Fallback], ramp: {zeroAt: '1', fullAt: '1.0', full: '1'}}]}} | spec.damping.penaltyTerms[0].ramp.fullAt",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}, tiers: [Fallback], ramp: {zeroAt: '1', fullAt: '2'}}]}} | spec.damping.penaltyTerms[0].ramp.full",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}, tiers: [Fallback], ramp: {zeroAt: '1', fullAt: '2', full: '3'}, otherwise: x}]}} | spec.damping.penaltyTerms[0].otherwise",
        "{damping: {penaltyTerms: [{name: a, from: {label: l}, tiers: [Fallback], ramp: {zeroAt: '1', fullAt: '2', full: '3'}}, {name: a, from: {label: l}, tiers: [Fallback], ramp: {zeroAt: '1', fullAt: '2', full: '3'}}]}} | spec.damping.penaltyTerms[1].name"
      })
  void namesTheWeightThatCannotBeUsed(String spec, String field) {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> damping(policy(spec)))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void pinsAndWeightsOfATenantAreRead() {
    assertThat(TenantIntents.pin(tenant("{}"))).isEqualTo(Pin.AUTO);
    assertThat(TenantIntents.pin(tenant("{tier: Fallback}"))).isEqualTo(Pin.FALLBACK);
    assertThat(TenantIntents.pin(tenant("{tier: Dedicated}"))).isEqualTo(Pin.DEDICATED);
    assertThat(weight(tenant("{}"))).isEqualTo(1.0);
    assertThat(weight(tenant("{weight: '2.5'}"))).isEqualTo(2.5);
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> weight(tenant("{weight: '-2'}")))
        .satisfies(e -> assertThat(e.field()).isEqualTo("spec.weight"));
  }

  @Test
  void snapshotsAreReadAndTheFormerFieldMeansBeforeDemotion() {
    assertThat(moves(policy("{snapshots: {beforeCleanup: true}}")).common().snapshots())
        .isEqualTo(new MoveSettings.Snapshots(false, true, Duration.ofHours(168)));
    assertThat(moves(policy("{demotion: {snapshotFirst: true}}")).common().snapshots())
        .isEqualTo(new MoveSettings.Snapshots(true, false, Duration.ofHours(168)));
    assertThat(moves(policy("{demotion: {snapshotFirst: true}, snapshots: {keepFor: 2h}}"))
            .common()
            .snapshots())
        .isEqualTo(new MoveSettings.Snapshots(true, false, Duration.ofHours(2)));
  }

  @Test
  void moveTermsAreReadAndAHalfFenceIsNamed() {
    MoveTerms rules = moves(
        policy("{retain: {sourceFor: 2s}, demotion: {strategy: Fence, fence: {by: Manual}}}"));

    assertThat(rules.common().retainSource()).isEqualTo(Duration.ofSeconds(2));
    assertThat(rules.common().demotion().fence()).isEqualTo(new Fence.Manual());
    assertThat(
            moves(policy("{demotion: {strategy: Fence, fence: {by: Webhook, url: 'http://x/'}}}"))
                .common()
                .demotion()
                .fence())
        .isEqualTo(new Fence.Webhook(URI.create("http://x/"), Duration.ofSeconds(30)));
    assertThat(rules.common().deleteBatch()).isEqualTo(1000);
    assertThat(rules.replicationFactor()).isEmpty();
    assertThat(rules.settings(Duration.ofSeconds(70), Duration.ofMinutes(5), 3).replicationFactor())
        .isEqualTo(3);
    for (String half : new String[] {
      "{strategy: Fence}",
      "{strategy: Fence, fence: {by: Webhook}}",
      "{strategy: Fence, fence: {by: Token, token: {collection: c}}}",
      "{strategy: Fence, fence: {by: Token, token: {collection: c, pointId: x}}}",
      "{strategy: Fence, fence: {by: Webhook, url: 'not an address'}}"
    }) {
      assertThatExceptionOfType(InvalidValueException.class)
          .isThrownBy(() -> moves(policy("{demotion: " + half + "}")))
          .satisfies(e -> assertThat(e.field()).startsWith("spec.demotion.fence"));
    }
  }

  private static Policy read(@Nullable TierPolicySpec spec) {
    TierPolicy policy = new TierPolicy();
    policy.setMetadata(new ObjectMetaBuilder().withName("standard").build());
    policy.setSpec(spec);
    return Policy.read(policy);
  }

  private static DecisionPolicy decisions(@Nullable TierPolicySpec spec) {
    return read(spec).decisions();
  }

  private static DecisionPolicy decisions(TierPolicySpec spec, TenantTierSpec overrides) {
    return read(spec).decisions(overrides);
  }

  private static GovernanceParameters damping(TierPolicySpec spec) {
    return read(spec).parameters();
  }

  private static MoveTerms moves(TierPolicySpec spec) {
    return read(spec).moves();
  }

  private static double weight(TenantTierSpec spec) {
    TenantTier tier = new TenantTier();
    tier.setMetadata(new ObjectMetaBuilder().withName("acme").build());
    tier.setSpec(spec);
    return TenantIntents.intent(tier, TenantId.of("acme"), read(null)).weight();
  }

  private TierPolicySpec policy(String spec) {
    return yaml.unmarshal("---\n" + spec, TierPolicySpec.class);
  }

  private TenantTierSpec tenant(String spec) {
    return yaml.unmarshal("---\n" + spec, TenantTierSpec.class);
  }
}
