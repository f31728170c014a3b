package io.tierkeeper.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The CustomResourceDefinitions in this jar. */
public final class Crds {
  private static final List<String> FILES =
      List.of("tierpolicies.yaml", "tieredcollections.yaml", "tenanttiers.yaml", "tiermoves.yaml");

  private Crds() {}

  /** The four definitions, in the order of their references; read from the jar at each call. */
  public static List<CustomResourceDefinition> all() {
    KubernetesSerialization serialization = new KubernetesSerialization();
    List<CustomResourceDefinition> definitions = new ArrayList<>();
    for (String file : FILES) {
      try (InputStream in = Crds.class.getResourceAsStream("/META-INF/tierkeeper/crds/" + file)) {
        if (in == null) {
          throw new IllegalStateException("the jar lacks META-INF/tierkeeper/crds/" + file);
        }
        definitions.add(serialization.unmarshal(in, CustomResourceDefinition.class));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return definitions;
  }
}
