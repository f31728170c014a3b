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
import java.util.function.Function;
import java.util.stream.Stream;

/** The chart of this project, rendered in the JVM. */
public final class Chart {
  static final Path PATH = Checkout.file("charts/tierkeeper");
  /** What the chart is rendered for where no cluster says its version. */
  private static final String KUBERNETES = "1.34.3";

  private static final String MARK = "tierkeeper.io/hook";

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

  /** The same with values as in a values file. */
  public static List<HasMetadata> render(String namespace, String yaml) {
    return render(helm(), namespace, yaml);
  }

  /** What {@code helm uninstall} creates before it removes the chart. */
  public static List<HasMetadata> hooks(String namespace, Map<String, ?> values) {
    return hooks("pre-delete", chart -> render(chart, namespace, values));
  }

  /** What {@code helm test} creates, with values as in a values file. */
  public static List<HasMetadata> tests(String namespace, String yaml) {
    return hooks("test", chart -> render(chart, namespace, yaml));
  }

  /** The renderer leaves hooks out, so they are rendered from a copy whose objects are not marked as hooks. */
  private static List<HasMetadata> hooks(String hook, Function<Helm, List<HasMetadata>> render) {
    Path copy = copyTo(temporary());
    try {
      try (Stream<Path> files = Files.walk(copy.resolve("templates"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.writeString(file, Files.readString(file).replace("helm.sh/hook: ", MARK + ": "));
        }
      }
      return render.apply(new Helm(copy)).stream()
          .filter(object -> object.getMetadata().getAnnotations() != null
              && hook.equals(object.getMetadata().getAnnotations().get(MARK)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(copy);
    }
  }

  /** What a chart that has this one in its {@code charts/} renders, with values as in a values file of that chart. */
  public static List<HasMetadata> renderInUmbrella(String namespace, String yaml) {
    Path umbrella = temporary();
    try {
      copyTo(umbrella.resolve("charts/tierkeeper"));
      Files.writeString(umbrella.resolve("Chart.yaml"), """
          apiVersion: v2
          name: platform
          version: 1.0.0
          """);
      return render(new Helm(umbrella), namespace, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(umbrella);
    }
  }

  /** Copies the chart, so that a test can change it; returns the directory. */
  static Path copyTo(Path directory) {
    try (Stream<Path> files = Files.walk(PATH)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = directory.resolve(PATH.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("tierkeeper-chart");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> left = Files.walk(directory)) {
      for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<HasMetadata> render(Helm chart, String namespace, Map<String, ?> values) {
    TemplateCommand command = template(chart, namespace);
    values.forEach(command::set);
    return objects(command.call());
  }

  private static List<HasMetadata> render(Helm chart, String namespace, String yaml) {
    try {
      Path values = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(values, yaml);
        return objects(template(chart, namespace).withValuesFile(values).call());
      } finally {
        Files.delete(values);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TemplateCommand template(Helm chart, String namespace) {
    return chart
        .template()
        .withName("tierkeeper")
        .withNamespace(namespace)
        .withKubeVersion(KUBERNETES);
  }

  /** The objects of a rendered chart. */
  static List<HasMetadata> objects(String manifest) {
    KubernetesSerialization serialization = new KubernetesSerialization();
    List<HasMetadata> objects = new ArrayList<>();
    for (String document : manifest.split("(?m)^---\\s*$")) {
      if (document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"))) {
        objects.add(serialization.unmarshal("---\n" + document));
      }
    }
    return objects;
  }
}
