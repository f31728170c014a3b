package io.tierkeeper.lab.kubeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holds for objects of every kind. */
class ObjectRulesTest {
  private static EmbeddedKubernetes kubernetes;
  private static KubernetesClient client;

  @BeforeAll
  static void start() {
    kubernetes = EmbeddedKubernetes.start();
    client = kubernetes.client();
    kubernetes.applyCrds(List.of(Widget.definition()));
  }

  @AfterAll
  static void stop() {
    kubernetes.close();
  }

  private static ConfigMap map(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .addToLabels("app", name)
        .endMetadata()
        .addToData("a", "1")
        .build();
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int code, String reason) {
    assertThatThrownBy(call)
        .asInstanceOf(InstanceOfAssertFactories.type(KubernetesClientException.class))
        .satisfies(e -> {
          assertThat(e.getCode()).isEqualTo(code);
          assertThat(e.getStatus().getReason()).isEqualTo(reason);
        });
  }

  @Test
  void refusesAStaleUpdateAndASecondCreation() {
    ConfigMap first = client.resource(map("stale")).create();
    client.resource(new ConfigMapBuilder(first).addToData("b", "2").build()).update();
    refused(
        () -> client
            .resource(new ConfigMapBuilder(first).addToData("c", "3").build())
            .lockResourceVersion()
            .update(),
        409,
        "Conflict");
    refused(() -> client.resource(map("stale")).create(), 409, "AlreadyExists");
  }

  @Test
  void answersAbsenceWithAStatusObject() {
    assertThat(client.configMaps().inNamespace("default").withName("nobody").get())
        .isNull();
    ConfigMap nowhere = map("lost");
    nowhere.getMetadata().setNamespace("nowhere");
    assertThatThrownBy(() -> client.resource(nowhere).create())
        .hasMessageContaining("namespaces \"nowhere\" not found");
  }

  @Test
  void keepsStatusAndTheRestApartAndCountsGenerations() {
    Widget made = client.resource(Widget.named("parts", Widget.Spec.ofSize(1))).create();
    made.setStatus(new Widget.Status(7, 1L));
    made.setSpec(Widget.Spec.ofSize(9));
    Widget status = client.resource(made).updateStatus();
    assertThat(status.getSpec().size()).isEqualTo(1);
    assertThat(status.getStatus().seen()).isEqualTo(7);
    assertThat(status.getMetadata().getGeneration()).isEqualTo(1);
    Widget edited = client
        .resources(Widget.class)
        .inNamespace("default")
        .withName("parts")
        .edit(w -> w.withSpec(Widget.Spec.ofSize(2)));
    assertThat(edited.getStatus().seen()).isEqualTo(7);
    assertThat(edited.getMetadata().getGeneration()).isEqualTo(2);
  }

  @Test
  void appliesTheThreePatches() {
    client.resource(map("patched")).create();
    var resource = client.configMaps().inNamespace("default").withName("patched");
    resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"a\":null,\"b\":\"2\"}}");
    assertThat(resource.get().getData()).containsOnly(Map.entry("b", "2"));
    resource.patch(
        PatchContext.of(PatchType.JSON), "[{\"op\":\"add\",\"path\":\"/data/c\",\"value\":\"3\"}]");
    resource.patch(
        PatchContext.of(PatchType.STRATEGIC_MERGE),
        "{\"metadata\":{\"finalizers\":[\"example.test/f\"]}}");
    assertThat(resource.get().getData()).containsOnly(Map.entry("b", "2"), Map.entry("c", "3"));
    resource.delete();
    assertThat(resource.get().getMetadata().getDeletionTimestamp()).isNotNull();
    resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    assertThat(resource.get()).isNull();
  }

  @Test
  void persistsNothingOnDryRun() {
    client.resource(map("dry")).dryRun(true).create();
    assertThat(client.configMaps().inNamespace("default").withName("dry").get()).isNull();
  }

  @Test
  void selectsByLabelsAndFields() {
    List.of("red", "green", "blue")
        .forEach(colour -> client.resource(map(colour)).create());
    var maps = client.configMaps().inNamespace("default");
    assertThat(maps.withLabelIn("app", "red", "blue").list().getItems())
        .extracting(m -> m.getMetadata().getName())
        .containsExactly("blue", "red");
    assertThat(maps.withLabelNotIn("app", "red").withLabel("app").list().getItems())
        .extracting(m -> m.getMetadata().getName())
        .contains("blue", "green")
        .doesNotContain("red");
    assertThat(maps.withoutLabel("app", "red").list().getItems())
        .extracting(m -> m.getMetadata().getName())
        .doesNotContain("red");
    assertThat(maps.withoutLabel("app").list().getItems()).isEmpty();
    assertThat(maps.withField("metadata.name", "green").list().getItems()).hasSize(1);
    maps.withLabelIn("app", "red", "green", "blue").delete();
    assertThat(maps.withLabelIn("app", "red", "green", "blue").list().getItems())
        .isEmpty();
  }

  @Test
  void makesUpNames() {
    ConfigMap prefixed = map("x");
    prefixed.getMetadata().setName(null);
    prefixed.getMetadata().setGenerateName("made-");
    assertThat(client.resource(prefixed).create().getMetadata().getName())
        .matches("made-[a-z0-9]{5}");
    refused(() -> client.resource(map("Not_A_Name")).create(), 422, "Invalid");
  }

  @Test
  void deletesDependentsUnlessTheyHaveAnotherOwner() {
    ConfigMap one = client.resource(map("owner-1")).create();
    ConfigMap two = client.resource(map("owner-2")).create();
    client.resource(owned("only", one)).create();
    client.resource(owned("both", one, two)).create();
    client.resource(one).delete();
    assertThat(client.configMaps().inNamespace("default").withName("only").get())
        .isNull();
    assertThat(client
            .configMaps()
            .inNamespace("default")
            .withName("both")
            .get()
            .getMetadata()
            .getOwnerReferences())
        .extracting(o -> o.getName())
        .containsExactly("owner-2");
  }

  private static ConfigMap owned(String name, ConfigMap... owners) {
    ConfigMapBuilder builder = new ConfigMapBuilder(map(name));
    for (ConfigMap owner : owners) {
      builder
          .editMetadata()
          .addNewOwnerReference()
          .withApiVersion("v1")
          .withKind("ConfigMap")
          .withName(owner.getMetadata().getName())
          .withUid(owner.getMetadata().getUid())
          .endOwnerReference()
          .endMetadata();
    }
    return builder.build();
  }

  @Test
  void tellsWatchersEachChangeOnceAndNothingForNoChange() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (var watch = client
        .configMaps()
        .inNamespace("default")
        .withLabel("app", "watched")
        .watch(new Watcher<ConfigMap>() {
          @Override
          public void eventReceived(Action action, ConfigMap map) {
            seen.add(action + " " + map.getData().get("a"));
          }

          @Override
          public void onClose(WatcherException cause) {}
        })) {
      client.resource(map("watched")).fieldManager("w").serverSideApply();
      client.resource(map("watched")).fieldManager("w").serverSideApply();
      ConfigMap changed = map("watched");
      changed.setData(Map.of("a", "2"));
      client.resource(changed).fieldManager("w").serverSideApply();
      client.resource(changed).delete();
      await().until(() -> seen.size() >= 3);
    }
    assertThat(seen).containsExactly("ADDED 1", "MODIFIED 2", "DELETED 2");
  }

  @Test
  void showsAnEventInBothApis() {
    client
        .events()
        .v1()
        .events()
        .inNamespace("default")
        .resource(new EventBuilder()
            .withNewMetadata()
            .withGenerateName("parts-")
            .endMetadata()
            .withRegarding(new ObjectReferenceBuilder()
                .withKind("Widget")
                .withName("parts")
                .withUid("u-1")
                .build())
            .withNote("moved")
            .withReason("Moved")
            .withType("Normal")
            .withAction("Move")
            .withReportingController("tierkeeper.io/operator")
            .withReportingInstance("one")
            .withEventTime(new MicroTime("2026-11-21T10:00:00.000000Z"))
            .build())
        .create();
    var core = client
        .v1()
        .events()
        .inNamespace("default")
        .withField("involvedObject.uid", "u-1")
        .list()
        .getItems();
    assertThat(core).singleElement().satisfies(e -> assertThat(e.getMessage()).isEqualTo("moved"));
    assertThat(client.events().v1().events().inNamespace("default").list().getItems())
        .anySatisfy(e -> assertThat(e.getNote()).isEqualTo("moved"));
  }

  @Test
  void emptiesADeletedNamespaceFirst() {
    kubernetes.createNamespace("short");
    ConfigMap held = map("held");
    held.getMetadata().setNamespace("short");
    held.getMetadata().getFinalizers().add("example.test/f");
    client.resource(held).create();
    client.namespaces().withName("short").delete();
    assertThat(client.namespaces().withName("short").get().getStatus().getPhase())
        .isEqualTo("Terminating");
    client
        .configMaps()
        .inNamespace("short")
        .withName("held")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    assertThat(client.namespaces().withName("short").get()).isNull();
  }

  @Test
  void handsOutAWorkingKubeconfig() {
    try (KubernetesClient other = new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubernetes.kubeconfig()))
        .build()) {
      assertThat(other.namespaces().withName("kube-system").get()).isNotNull();
      assertThat(other.getKubernetesVersion().getMajor()).isEqualTo("1");
    }
  }
}
