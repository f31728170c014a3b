package io.tierkeeper.lab.kubeapi;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** The custom resource of these tests. */
@Group("example.test")
@Version("v1")
public class Widget extends CustomResource<Widget.Spec, Widget.Status> implements Namespaced {
  private static final long serialVersionUID = 1L;

  /** What is wanted. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Spec(
      @Nullable Integer size,
      @Nullable String mode,
      @Nullable String colour,
      @Nullable String low,
      @Nullable String high,
      @Nullable String owner) {
    static Spec ofSize(int size) {
      return new Spec(size, null, null, null, null, null);
    }
  }

  /** What was seen. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Status(@Nullable Integer seen, @Nullable Long observedGeneration) {}

  static Widget named(String name, Spec spec) {
    Widget widget = new Widget();
    widget.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace("default").build());
    widget.setSpec(spec);
    return widget;
  }

  Widget withSpec(Spec spec) {
    setSpec(spec);
    return this;
  }

  public static CustomResourceDefinition definition() {
    try (var yaml = Widget.class.getResourceAsStream("/widgets.yaml")) {
      return Serialization.unmarshal(yaml, CustomResourceDefinition.class);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
