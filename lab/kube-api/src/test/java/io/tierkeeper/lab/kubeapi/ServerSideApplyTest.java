package io.tierkeeper.lab.kubeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two managers on one object, as on a real API server. */
class ServerSideApplyTest {
  private static EmbeddedKubernetes kubernetes;
  private static KubernetesClient client;

  @BeforeAll
  static void start() {
    kubernetes = EmbeddedKubernetes.start();
    client = kubernetes.client();
  }

  @AfterAll
  static void stop() {
    kubernetes.close();
  }

  private static ConfigMap map(String name, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .endMetadata()
        .withData(data)
        .build();
  }

  private static ConfigMap apply(String manager, ConfigMap map) {
    return client.resource(map).fieldManager(manager).serverSideApply();
  }

  private static ConfigMap live(String name) {
    return client.configMaps().inNamespace("default").withName(name).get();
  }

  @Test
  void createsWhatIsAbsentAndLeavesWhatIsEqual() {
    ConfigMap created = apply("one", map("equal", Map.of("a", "1")));
    ConfigMap again = apply("one", map("equal", Map.of("a", "1")));
    assertThat(again.getMetadata().getResourceVersion())
        .isEqualTo(created.getMetadata().getResourceVersion());
    assertThat(again.getMetadata().getUid()).isEqualTo(created.getMetadata().getUid());
  }

  @Test
  void removesWhatItsManagerNoLongerWantsAndNothingElse() {
    apply("one", map("dropped", Map.of("a", "1", "b", "2")));
    apply("two", map("dropped", Map.of("c", "3")));
    apply("one", map("dropped", Map.of("a", "1")));
    assertThat(live("dropped").getData()).containsOnly(Map.entry("a", "1"), Map.entry("c", "3"));
  }

  @Test
  void keepsAFieldThatAnotherManagerWantsToo() {
    apply("one", map("shared", Map.of("a", "1", "b", "2")));
    apply("two", map("shared", Map.of("a", "1")));
    apply("one", map("shared", Map.of("b", "2")));
    assertThat(live("shared").getData()).containsOnly(Map.entry("a", "1"), Map.entry("b", "2"));
  }

  @Test
  void refusesAForeignFieldAndTakesItByForce() {
    apply("one", map("foreign", Map.of("a", "1")));
    assertThatThrownBy(() -> apply("two", map("foreign", Map.of("a", "2"))))
        .asInstanceOf(InstanceOfAssertFactories.type(KubernetesClientException.class))
        .satisfies(e -> {
          assertThat(e.getCode()).isEqualTo(409);
          assertThat(e.getStatus().getReason()).isEqualTo("Conflict");
          assertThat(e.getStatus().getMessage())
              .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .data.a");
        });
    client
        .resource(map("foreign", Map.of("a", "2")))
        .fieldManager("two")
        .forceConflicts()
        .serverSideApply();
    assertThat(live("foreign").getData()).containsEntry("a", "2");
    assertThatThrownBy(() -> apply("one", map("foreign", Map.of("a", "3"))))
        .hasMessageContaining("conflict with \"two\"");
  }

  @Test
  void knowsThatAPlainWriteOwnsWhatItChanged() {
    apply("one", map("plain", Map.of("a", "1")));
    client
        .configMaps()
        .inNamespace("default")
        .withName("plain")
        .edit(m -> new ConfigMapBuilder(m).addToData("a", "9").build());
    assertThatThrownBy(() -> apply("one", map("plain", Map.of("a", "1"))))
        .hasMessageContaining("Apply failed with 1 conflict")
        .hasMessageContaining("using v1: .data.a");
  }

  @Test
  void mergesFinalizersAsASet() {
    ConfigMap mine = map("held", Map.of());
    mine.getMetadata().getFinalizers().add("example.test/mine");
    apply("one", mine);
    ConfigMap yours = map("held", Map.of());
    yours.getMetadata().getFinalizers().add("example.test/yours");
    apply("two", yours);
    assertThat(live("held").getMetadata().getFinalizers())
        .containsExactlyInAnyOrder("example.test/mine", "example.test/yours");
    apply("one", map("held", Map.of()));
    assertThat(live("held").getMetadata().getFinalizers()).containsExactly("example.test/yours");
  }
}
