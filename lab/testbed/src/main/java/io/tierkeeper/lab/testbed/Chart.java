package io.tierkeeper.lab.testbed;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The chart of this project, rendered in the JVM. */
public final class Chart {
  private static final Path PATH = Checkout.file("charts/tierkeeper");

  private Chart() {}

  /** The chart of this checkout. */
  public static Helm helm() {
    return new Helm(PATH);
  }

  /** What {@code helm template tierkeeper --namespace vectors} prints with these values, as objects. */
  public static List<HasMetadata> render(Map<String, ?> values) {
    return render("vectors", values);
  }

  /** The same for a release in another namespace. */
  public static List<HasMetadata> render(String namespace, Map<String, ?> values) {
    TemplateCommand command = helm().template().withName("tierkeeper").withNamespace(namespace);
    values.forEach(command::set);
    KubernetesSerialization serialization = new KubernetesSerialization();
    List<HasMetadata> objects = new ArrayList<>();
    for (String document : command.call().split("(?m)^---\\s*$")) {
      if (document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"))) {
        objects.add(serialization.unmarshal("---\n" + document));
      }
    }
    return objects;
  }
}
