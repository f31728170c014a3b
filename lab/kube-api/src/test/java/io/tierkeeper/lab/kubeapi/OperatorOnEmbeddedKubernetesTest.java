package io.tierkeeper.lab.kubeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator as Java Operator SDK makes it, server-side apply and all. */
class OperatorOnEmbeddedKubernetesTest {
  private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
  private final KubernetesClient client = kubernetes.client();
  private final WidgetReconciler reconciler = new WidgetReconciler();
  private final Operator operator = new Operator(o -> o.withKubernetesClient(kubernetes.client()));

  @ControllerConfiguration(name = "widgets")
  private static final class WidgetReconciler implements Reconciler<Widget>, Cleaner<Widget> {
    final AtomicInteger reconciles = new AtomicInteger();
    final AtomicInteger cleanups = new AtomicInteger();

    @Override
    public UpdateControl<Widget> reconcile(Widget widget, Context<Widget> context) {
      reconciles.incrementAndGet();
      ConfigMap map = new ConfigMapBuilder()
          .withNewMetadata()
          .withName(widget.getMetadata().getName())
          .withNamespace(widget.getMetadata().getNamespace())
          .addNewOwnerReference()
          .withApiVersion(widget.getApiVersion())
          .withKind(widget.getKind())
          .withName(widget.getMetadata().getName())
          .withUid(widget.getMetadata().getUid())
          .endOwnerReference()
          .endMetadata()
          .addToData("size", String.valueOf(widget.getSpec().size()))
          .build();
      context.getClient().resource(map).fieldManager("widgets").forceConflicts().serverSideApply();
      Widget answer = Widget.named(widget.getMetadata().getName(), widget.getSpec());
      answer.setSpec(null);
      answer.setStatus(
          new Widget.Status(widget.getSpec().size(), widget.getMetadata().getGeneration()));
      return UpdateControl.patchStatus(answer);
    }

    @Override
    public DeleteControl cleanup(Widget widget, Context<Widget> context) {
      cleanups.incrementAndGet();
      return DeleteControl.defaultDelete();
    }
  }

  @BeforeEach
  void start() {
    kubernetes.applyCrds(List.of(Widget.definition()));
    operator.register(reconciler);
    operator.start();
  }

  @AfterEach
  void stop() {
    operator.stop();
    kubernetes.close();
  }

  private Widget widget(String name) {
    return client.resources(Widget.class).inNamespace("default").withName(name).get();
  }

  private void awaitSeen(String name, int size) {
    await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
      Widget widget = widget(name);
      assertThat(widget).isNotNull();
      assertThat(widget.getStatus()).isNotNull();
      assertThat(widget.getStatus().seen()).isEqualTo(size);
    });
  }

  @Test
  void reconcilesEditsAndDeletesWithServerSideApply() {
    client.resource(Widget.named("a", Widget.Spec.ofSize(3))).create();
    awaitSeen("a", 3);
    Widget created = widget("a");
    assertThat(created.getMetadata().getFinalizers())
        .containsExactly("widgets.example.test/finalizer");
    assertThat(created.getSpec().mode()).as("the default").isEqualTo("Recommend");
    assertThat(created.getStatus().observedGeneration()).isEqualTo(1);
    assertThat(created.getMetadata().getManagedFields())
        .anyMatch(f -> f.getManager().equals("widgets") && "status".equals(f.getSubresource()));

    client
        .resources(Widget.class)
        .inNamespace("default")
        .withName("a")
        .edit(w -> w.withSpec(Widget.Spec.ofSize(5)));
    awaitSeen("a", 5);
    assertThat(widget("a").getStatus().observedGeneration()).isEqualTo(2);
    assertThat(client.configMaps().inNamespace("default").withName("a").get().getData())
        .containsEntry("size", "5");

    client.resources(Widget.class).inNamespace("default").withName("a").delete();
    await().atMost(Duration.ofSeconds(15)).until(() -> widget("a") == null);
    assertThat(reconciler.cleanups).hasValue(1);
    assertThat(client.configMaps().inNamespace("default").withName("a").get())
        .as("what the widget owned")
        .isNull();
  }

  @Test
  void isQuietAtRest() {
    client.resource(Widget.named("calm", Widget.Spec.ofSize(2))).create();
    awaitSeen("calm", 2);
    String version = widget("calm").getMetadata().getResourceVersion();
    int reconciles = reconciler.reconciles.get();
    String newest = newestVersion();
    await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(4)).untilAsserted(() -> {
      assertThat(widget("calm").getMetadata().getResourceVersion()).isEqualTo(version);
      assertThat(reconciler.reconciles).hasValue(reconciles);
    });
    assertThat(newestVersion()).as("no object was written").isEqualTo(newest);
  }

  private String newestVersion() {
    return client.configMaps().inAnyNamespace().list().getMetadata().getResourceVersion();
  }
}
