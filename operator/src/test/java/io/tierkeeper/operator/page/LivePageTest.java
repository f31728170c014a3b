package io.tierkeeper.operator.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.moves.MovePhase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LivePageTest {

  private static final ResourceRef MOVE =
      new ResourceRef("TierMove", "default", "kb-acme-promote", "u", 1);

  private final FakeCaches caches = new FakeCaches();
  private PageReader.@Nullable Caches filled = caches;
  private boolean leading = true;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final LivePage page =
      new LivePage(() -> now, "pod-1", "1.2.3", () -> leading, () -> filled);

  @Test
  void showsCollectionsTenantsAndTheRunningMove() {
    caches.tenant("small", 0.01);
    caches.tenant("acme", 0.2);
    caches.move("acme", "Copying");
    for (MovePhase phase : MovePhase.values()) {
      if (phase.ended()) {
        caches.move("old-" + phase.apiName().toLowerCase(Locale.ROOT), phase.apiName());
      }
    }
    PageState state = page.state("");
    assertThat(state.replica())
        .isEqualTo(new PageState.Replica("pod-1", "1.2.3", PageState.Role.Leading));
    assertThat(state.collections())
        .singleElement()
        .returns("kb", PageState.OfCollection::name)
        .returns("True", PageState.OfCollection::ready);
    assertThat(state.tenants().rows())
        .as("the biggest first")
        .extracting(PageState.OfTenant::tenant)
        .containsExactly("acme", "small");
    assertThat(state.tenants().rows().getFirst().gates())
        .containsExactly(new PageState.Gate("ShareAbovePromote", "0.1", "> 0.15", false, null));
    assertThat(state.moves())
        .as("moves that are over are left out")
        .singleElement()
        .returns("acme", PageState.OfMove::tenant)
        .returns(2, PageState.OfMove::step)
        .returns(15L, PageState.OfMove::etaSeconds)
        .returns(List.of("Preflight", "CreateKey", "Copy"), PageState.OfMove::steps);
  }

  @Test
  void thresholdsAreThoseOfThePolicyUnlessACostBandDecides() {
    caches.tenant("acme", 0.2);
    assertThat(page.state("").tenants().rows().getFirst().thresholds())
        .as("no policy, no thresholds")
        .isEqualTo(PageState.Thresholds.NONE);
    policy("{promote: {aboveShare: '0.3'}}");
    page.tick();
    assertThat(page.state("").tenants().rows().getFirst().thresholds())
        .isEqualTo(new PageState.Thresholds(0.3, 0.05));
    policy("{decision: CostBand}");
    page.tick();
    assertThat(page.state("").tenants().rows().getFirst().thresholds())
        .isEqualTo(PageState.Thresholds.NONE);
  }

  private void policy(String spec) {
    TierPolicy policy = new TierPolicy();
    policy.setMetadata(
        new ObjectMetaBuilder().withNamespace("default").withName("standard").build());
    policy.setSpec(Serialization.unmarshal("---\n" + spec, TierPolicySpec.class));
    caches.policies.clear();
    caches.policies.add(policy);
  }

  /** A TenantTier's own status is not written for small changes of its mass. */
  @Test
  void takesTheMassFromTheLastEvaluation() {
    caches.tenant("acme", 0.2);
    caches.collection.setStatus(caches.collection.getStatus().toBuilder()
        .tenants(300L)
        .topTenants(List.of(
            new TieredCollectionStatus.TopTenant("acme", "Fallback", 7L, null, "0.21", null, null),
            new TieredCollectionStatus.TopTenant("b", "Fallback", 5L, null, "0.1", null, "Hold")))
        .build());
    PageState.Tenants tenants = page.state("").tenants();
    assertThat(tenants.rows())
        .extracting(PageState.OfTenant::tenant, PageState.OfTenant::mass)
        .containsExactly(tuple("acme", 0.21), tuple("b", 0.1));
    assertThat(tenants.known()).isEqualTo(2);
    assertThat(tenants.all()).isEqualTo(300);
  }

  @Test
  void tenThousandTenantsAreCountedAndTheBiggestShown() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      caches.tenant("tenant-" + i, i / 1e6);
    }
    PageState state = page.state("");
    assertThat(state.tenants().rows()).hasSize(PageSnapshot.MAX_ROWS);
    assertThat(state.tenants().rows().getFirst().tenant()).isEqualTo("tenant-9999");
    assertThat(state.tenants().all()).isEqualTo(10_000);
    assertThat(new ObjectMapper().writeValueAsBytes(state).length).isLessThan(500_000);
    PageState filtered = page.state(" TENANT-77 ");
    assertThat(filtered.tenants().matching()).isEqualTo(111);
    assertThat(filtered.tenants().rows()).hasSize(111);
  }

  @Test
  void publishesNothingButWhatIsListed() throws Exception {
    caches.tenant("acme", 0.2);
    caches.move("acme", "Copying");
    page.appended(
        AuditStream.of("default", "kb"),
        event(
            1,
            MoveData.of(
                MOVE,
                "acme",
                "Promote",
                MoveEvent.CUTOVER,
                "Switch",
                1,
                new ObjectMapper().readTree("{\"token\": \"" + FakeCaches.SECRET + "\"}"),
                new ObjectMapper().readTree("{\"other\": \"" + FakeCaches.SECRET + "\"}"),
                null,
                Map.of("points", 3L))),
        new AuditReceipt(1, "sha256:0", false));
    String json = new ObjectMapper().writeValueAsString(page.state(""));
    assertThat(json).contains("Move cutover: kb-acme-promote (Switch; points 3)");
    assertThat(json)
        .doesNotContain(FakeCaches.SECRET)
        .doesNotContain("6334")
        .doesNotContain("credentialsRef")
        .doesNotContain("journal");
  }

  @Test
  void theTailOfTheTrailIsBounded() {
    for (int i = 1; i <= 200; i++) {
      page.appended(
          AuditStream.of("default", "kb"),
          event(
              i,
              new ApprovalData(
                  MOVE,
                  new ApprovalData.Approval(
                      "kb-acme-promote", "sha256:0", "x".repeat(1000), "Field", null, null))),
          new AuditReceipt(i, "sha256:0", false));
    }
    assertThat(page.state("").trail())
        .hasSize(TrailTail.MAX_ENTRIES)
        .allSatisfy(entry -> assertThat(entry.text()).hasSize(TrailTail.MAX_TEXT))
        .first()
        .returns(200L, PageState.TrailEntry::sequence);
  }

  private static AuditEvent event(int k, EventData data) {
    return new AuditEvent(
        AuditEvent.id("u", "e", k, "recorded"), "tenant/acme", Instant.EPOCH, data);
  }

  @Test
  void keepsSamplesInBoundedMemory() {
    MassHistory history = new MassHistory();
    for (int i = 0; i < 10_000; i++) {
      history.add(i, List.of(new MassHistory.Sample("a", i / 1e4)));
    }
    MassHistory.Samples samples = Objects.requireNonNull(history.of("a"));
    assertThat(samples.times())
        .hasSizeLessThanOrEqualTo(MassHistory.MAX_SAMPLES)
        .isSorted()
        .startsWith(0L)
        .endsWith(9_999L);
    history.add(10_000, List.of(new MassHistory.Sample("a", 0.9999)));
    assertThat(Objects.requireNonNull(history.of("a")).times())
        .as("no sample where nothing has changed")
        .endsWith(9_999L);
    history.add(
        10_001,
        IntStream.range(0, 5_000)
            .mapToObj(i -> new MassHistory.Sample("t" + i, 0.1))
            .toList());
    assertThat(history.tenants()).isEqualTo(MassHistory.MAX_TENANTS);
    assertThat(history.of("a")).isNull();
  }

  @Test
  void samplesAlsoWhileNoClientLooks() {
    caches.tenant("acme", 0.2);
    for (int i = 0; i < 10; i++) {
      page.tick();
    }
    now = now.plusSeconds(60);
    caches.tiers.clear();
    caches.tenant("acme", 0.3);
    for (int i = 0; i < 10; i++) {
      page.tick();
    }
    assertThat(Objects.requireNonNull(page.state("").tenants().rows().getFirst().history())
            .masses())
        .containsExactly(0.2, 0.3);
  }

  @Test
  void theVersionChangesOnlyWithWhatIsShown() throws Exception {
    long first = page.state("").version();
    page.tick();
    assertThat(page.state("").version()).isEqualTo(first);
    assertThat(page.awaitOther(first, Duration.ZERO)).isEqualTo(first);
    caches.tenant("acme", 0.2);
    page.tick();
    assertThat(page.awaitOther(first, Duration.ofSeconds(10))).isEqualTo(first + 1);
  }

  @Test
  void aReplicaThatDoesNotLeadSaysSo() {
    caches.tenant("acme", 0.2);
    leading = false;
    assertThat(page.state(""))
        .returns(PageState.Role.Standby, state -> state.replica().role())
        .returns(List.of(), PageState::collections);
    leading = true;
    filled = null;
    page.tick();
    assertThat(page.state("").replica().role()).isEqualTo(PageState.Role.TakingOver);
    filled = caches;
    page.tick();
    assertThat(page.state("").replica().role()).isEqualTo(PageState.Role.Leading);
  }
}
