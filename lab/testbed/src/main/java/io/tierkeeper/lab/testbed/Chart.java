package io.tierkeeper.lab.testbed;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
    return render(helm(), namespace, values);
  }

  /**
   * What the chart's hooks create. The renderer leaves hooks out, so they are rendered from a copy whose objects are not marked as
   * hooks.
   */
  public static List<HasMetadata> hooks(String namespace, Map<String, ?> values) {
    try {
      Path copy = Files.createTempDirectory("tierkeeper-chart");
      try (Stream<Path> files = Files.walk(PATH)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path target = copy.resolve(PATH.relativize(file).toString());
          Files.createDirectories(target.getParent());
          Files.writeString(
              target, Files.readString(file).replaceAll("(?m)^ *helm.sh/hook: .*$", ""));
        }
        return render(new Helm(copy), namespace, values).stream()
            .filter(object -> object.getMetadata().getAnnotations() != null
                && object.getMetadata().getAnnotations().containsKey("helm.sh/hook-weight"))
            .toList();
      } finally {
        try (Stream<Path> left = Files.walk(copy)) {
          for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<HasMetadata> render(Helm chart, String namespace, Map<String, ?> values) {
    TemplateCommand command = chart.template().withName("tierkeeper").withNamespace(namespace);
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
