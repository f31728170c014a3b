package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.Crds;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an API server does with our resources apart from rejecting them; the embedded API must do the same. */
abstract class ResourceContract {
  private static final String API = "tierkeeper.io/v1alpha1";
  KubernetesClient client;
  String namespace;

  abstract KubernetesBackend backend();

  @BeforeEach
  void takeANamespace() {
    backend().applyCrds(Crds.all());
    client = backend().client();
    namespace = backend().newNamespace("resources");
  }

  @Test
  void fillsInTheDefaultsThatTheApiPromises() {
    GenericKubernetesResource policy = create("""
        kind: TierPolicy
        metadata: {name: p}
        spec: {mode: null}
        """);

    assertThat(policy.<String>get("spec", "mode")).isEqualTo("Recommend");
    assertThat(policy.<String>get("spec", "mass", "metric")).isEqualTo("Points");
    assertThat(policy.<Integer>get("spec", "mass", "minSamples")).isEqualTo(3);
    assertThat(policy.<String>get("spec", "damping", "varianceWeight")).isEqualTo("0.1");
    assertThat(policy.<String>get("spec", "damping", "penalties", "promoting")).isEqualTo("0.15");
    assertThat(policy.<String>get("spec", "promote", "aboveShare")).isEqualTo("0.15");
    assertThat(policy.<Integer>get("spec", "limits", "maxDedicated")).isEqualTo(200);
    assertThat(policy.<String>get("spec", "retain", "sourceFor")).isEqualTo("24h");
    assertThat(policy.getMetadata().getGeneration()).isEqualTo(1);
  }

  @Test
  void keepsFieldsWrittenNextToADefault() {
    GenericKubernetesResource policy = create("""
        kind: TierPolicy
        metadata: {name: p}
        spec: {mass: {minSamples: 7}}
        """);

    assertThat(policy.<Integer>get("spec", "mass", "minSamples")).isEqualTo(7);
    assertThat(policy.<String>get("spec", "mass", "staleAfter")).isEqualTo("10m");
  }

  @Test
  void prunesAnUnknownFieldWithoutStrictValidation() {
    GenericKubernetesResource policy = resource("""
        kind: TierPolicy
        metadata: {name: p}
        spec: {mode: Auto, promot: {aboveShare: "0.2"}}
        """);

    GenericKubernetesResource stored =
        target(policy).fieldValidation(FieldValidateable.Validation.IGNORE).create();

    assertThat(stored.<Object>get("spec", "promot")).isNull();
    assertThat(stored.<String>get("spec", "mode")).isEqualTo("Auto");
  }

  @Test
  void keepsTheInputsOfAPlanUnderWhateverNames() {
    GenericKubernetesResource move = create("""
        kind: TierMove
        metadata: {name: m}
        spec:
          collectionRef: {name: kb}
          tenant: acme
          direction: Promote
          planHash: "sha256:%s"
          plan: {points: 10, steps: [CreateKey], inputs: {share: "0.18", another.one: "7"}}
        """.formatted("0".repeat(64)));

    assertThat(move.<Object>get("spec", "plan", "inputs"))
        .isEqualTo(Map.of("share", "0.18", "another.one", "7"));
  }

  @Test
  void refusesASecondFieldManagerUnlessItForces() {
    apply("git", false, tenant("Auto"));

    KubernetesClientException conflict = catchThrowableOfType(
        KubernetesClientException.class, () -> apply("console", false, tenant("Dedicated")));
    assertThat(conflict.getCode()).isEqualTo(409);
    assertThat(conflict.getStatus().getReason()).isEqualTo("Conflict");
    assertThat(conflict.getStatus().getMessage())
        .contains("Apply failed with 1 conflict: conflict with \"git\"")
        .contains(".spec.tier");

    GenericKubernetesResource agreed = apply("console", false, tenant("Auto"));
    assertThat(agreed.getMetadata().getManagedFields())
        .extracting(entry -> entry.getManager())
        .contains("git", "console");
    GenericKubernetesResource forced = apply("console", true, tenant("Dedicated"));
    assertThat(forced.<String>get("spec", "tier")).isEqualTo("Dedicated");
    assertThat(forced.getMetadata().getGeneration()).isEqualTo(2);
  }

  @Test
  void anAppliedFieldGoesWhenItsOnlyManagerDropsIt() {
    apply("git", false, resource("""
        kind: TenantTier
        metadata: {name: t, labels: {team: a}}
        spec: {collectionRef: {name: kb}, tenant: acme, promote: {aboveShare: "0.12"}}
        """));

    GenericKubernetesResource without = apply("git", false, tenant("Auto"));

    assertThat(without.<Object>get("spec", "promote")).isNull();
    assertThat(without.getMetadata().getLabels()).isNullOrEmpty();
  }

  @Test
  void statusIsWrittenThroughItsSubresourceOnly() {
    create("""
        kind: TenantTier
        metadata: {name: t}
        spec: {collectionRef: {name: kb}, tenant: acme}
        status: {tier: Dedicated}
        """);
    GenericKubernetesResource stored = target(tenant("Auto")).get();
    assertThat(stored.<Object>get("status")).isNull();

    GenericKubernetesResource patched = target(tenant("Auto"))
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"tier\":\"Dedicated\"},\"status\":{\"tier\":\"Fallback\",\"points\":12}}");
    assertThat(patched.<String>get("status", "tier")).isEqualTo("Fallback");
    assertThat(patched.<String>get("spec", "tier")).isEqualTo("Auto");
    assertThat(patched.getMetadata().getGeneration()).isEqualTo(1);

    GenericKubernetesResource edited = target(tenant("Auto"))
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"weight\":\"2.0\"},\"status\":{\"tier\":\"Dedicated\"}}");
    assertThat(edited.<String>get("status", "tier")).isEqualTo("Fallback");
    assertThat(edited.getMetadata().getGeneration()).isEqualTo(2);
  }

  @Test
  void aPatchThatChangesNothingKeepsTheVersion() {
    String before = create("""
        kind: TenantTier
        metadata: {name: t}
        spec: {collectionRef: {name: kb}, tenant: acme}
        """).getMetadata().getResourceVersion();

    String after = target(tenant("Auto"))
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"tenant\":\"acme\"}}")
        .getMetadata()
        .getResourceVersion();

    assertThat(after).isEqualTo(before);
  }

  @Test
  void threeKindsOf409DifferInTheirReason() {
    GenericKubernetesResource stored = create("""
        kind: TenantTier
        metadata: {name: t}
        spec: {collectionRef: {name: kb}, tenant: acme}
        """);
    target(tenant("Auto"))
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"weight\":\"2.0\"}}");

    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> target(stored).update())
        .satisfies(e -> assertThat(e.getCode()).isEqualTo(409))
        .satisfies(e -> assertThat(e.getStatus().getReason()).isEqualTo("Conflict"))
        .withMessageContaining("the object has been modified");
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> target(tenant("Auto")).create())
        .satisfies(e -> assertThat(e.getCode()).isEqualTo(409))
        .satisfies(e -> assertThat(e.getStatus().getReason()).isEqualTo("AlreadyExists"));
    // The third kind is the conflict of field managers, above.
  }

  @Test
  void aWatchContinuesFromAVersionAndReceivesGoneWhereThatIsForgotten()
      throws InterruptedException {
    GenericKubernetesResource first = create("""
        kind: TenantTier
        metadata: {name: t}
        spec: {collectionRef: {name: kb}, tenant: acme}
        """);
    GenericKubernetesResource second = create("""
        kind: TenantTier
        metadata: {name: u}
        spec: {collectionRef: {name: kb}, tenant: globex}
        """);
    try (Events events = new Events()) {
      events.watch(new ListOptionsBuilder()
          .withResourceVersion(first.getMetadata().getResourceVersion())
          .build());
      assertThat(events.next()).isEqualTo("ADDED u");
      target(second).delete();
      assertThat(events.next()).isEqualTo("DELETED u");
    }
    forgetTheFirstVersion();
    try (Events events = new Events()) {
      events.watch(new ListOptionsBuilder().withResourceVersion("1").build());
      assertThat(events.next()).startsWith("GONE too old resource version: 1 (");
    }
  }

  /** Makes as many changes as an API server keeps for watches. */
  void forgetTheFirstVersion() {
    // A real one began its memory of these kinds when they were defined, after version 1.
  }

  /** The events of a watch of the tenants, in order. */
  private final class Events implements Watcher<GenericKubernetesResource>, AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private @Nullable Watch watch;

    void watch(ListOptions options) {
      try {
        watch = client
            .genericKubernetesResources(API, "TenantTier")
            .inNamespace(namespace)
            .watch(options, this);
      } catch (KubernetesClientException e) {
        onClose(new WatcherException(e.getMessage(), e));
      }
    }

    @Nullable
    String next() throws InterruptedException {
      return lines.poll(30, TimeUnit.SECONDS);
    }

    @Override
    public void eventReceived(Action action, GenericKubernetesResource object) {
      lines.add(action + " " + object.getMetadata().getName());
    }

    @Override
    public void onClose(WatcherException cause) {
      KubernetesClientException e = cause.asClientException();
      lines.add((cause.isHttpGone() || e.getCode() == 410 ? "GONE " : "CLOSED ")
          + (e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage()));
    }

    @Override
    public void close() {
      if (watch != null) {
        watch.close();
      }
    }
  }

  static List<Path> examples() {
    return Manifests.examples();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void acceptsEveryExampleInAServerSideDryRunAndKeepsNothing(Path example) {
    for (GenericKubernetesResource resource : Manifests.ours(example)) {
      resource.getMetadata().setNamespace(namespace);
      GenericKubernetesResource answered = target(resource)
          .dryRun()
          .fieldValidation(FieldValidateable.Validation.STRICT)
          .create();
      assertThat(answered.getMetadata().getUid()).isNotBlank();
      assertThat(target(resource).get()).isNull();
    }
  }

  private GenericKubernetesResource tenant(String tier) {
    return resource("""
        kind: TenantTier
        metadata: {name: t}
        spec: {collectionRef: {name: kb}, tenant: acme, tier: %s}
        """.formatted(tier));
  }

  private GenericKubernetesResource resource(String yaml) {
    return Manifests.documents("apiVersion: " + API + "\n" + yaml).getFirst();
  }

  private GenericKubernetesResource create(String yaml) {
    return target(resource(yaml)).create();
  }

  private Resource<GenericKubernetesResource> target(GenericKubernetesResource resource) {
    return client.resource(resource).inNamespace(namespace);
  }

  private GenericKubernetesResource apply(
      String manager, boolean force, GenericKubernetesResource resource) {
    return target(resource)
        .patch(new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(manager)
            .withForce(force)
            .build());
  }
}
