package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The comments in {@code values.yaml} are the descriptions in the schema and in the table of the README; {@code -Dchart.write=true}
 * writes both.
 */
class ChartValuesTest {
  private static final Path SCHEMA = Chart.PATH.resolve("values.schema.json");
  private static final Path README = Chart.PATH.resolve("README.md");
  private static final String BEGIN = "<!-- values: generated from values.yaml -->\n";
  private static final String END = "<!-- end of values -->";
  private static final String REMEDY =
      "regenerate with: mvn -pl lab/testbed -am test -Dtest=ChartValuesTest -Dsurefire.failIfNoSpecifiedTests=false -Dchart.write=true";

  private final ChartValues values = ChartValues.read();

  @Test
  void everyValueHasATypeAndAComment() {
    assertThat(values.rows())
        .extracting(ChartValues.Row::key)
        .containsExactlyInAnyOrderElementsOf(values.known());
    assertThat(values.rows())
        .allSatisfy(row -> assertThat(row.comment()).as(row.key()).isNotBlank().endsWith("."));
  }

  /** An umbrella's globals are also those of other charts. */
  @Test
  void theSchemaAdmitsNothingElse() {
    assertThat(values.open()).containsExactly(".global");
  }

  @Test
  void theSchemaHasTheCommentsAsDescriptions() throws IOException {
    committed(SCHEMA, values.describedSchema());
  }

  @Test
  void theReadmeHasATableOfAllValues() throws IOException {
    String text = Files.readString(README);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(begin).isLessThanOrEqualTo(end);
    String table = values.rows().stream()
        .map(row -> row + "\n")
        .collect(Collectors.joining("", "| value | default | meaning |\n|---|---|---|\n", ""));
    committed(README, text.substring(0, begin) + table + text.substring(end));
  }

  private static void committed(Path file, String wanted) throws IOException {
    if (Boolean.getBoolean("chart.write")) {
      Files.writeString(file, wanted);
    }
    assertThat(Files.readString(file)).as(REMEDY).isEqualTo(wanted);
  }

  @Test
  void theMetadataNamesWhatTheChartHas() throws IOException {
    JsonNode chart =
        Serialization.unmarshal(Files.readString(Chart.PATH.resolve("Chart.yaml")), JsonNode.class);
    JsonNode annotations = chart.path("annotations");
    Map<String, String> crds = Chart.render(Map.of()).stream()
        .filter(CustomResourceDefinition.class::isInstance)
        .map(CustomResourceDefinition.class::cast)
        .collect(Collectors.toMap(
            crd -> crd.getMetadata().getName(),
            crd -> crd.getSpec().getNames().getKind() + " "
                + crd.getSpec().getVersions().getFirst().getName()));
    JsonNode named = yaml(annotations.path("artifacthub.io/crds"));
    assertThat(StreamSupport.stream(named.spliterator(), false)
            .collect(Collectors.toMap(
                crd -> crd.path("name").asText(),
                crd -> crd.path("kind").asText() + " " + crd.path("version").asText())))
        .isEqualTo(crds);
    assertThat(yaml(annotations.path("artifacthub.io/images")).at("/0/image").asText())
        .endsWith(":" + chart.path("appVersion").asText());
    assertThat(chart.path("icon").asText())
        .isEqualTo("data:image/svg+xml;base64,"
            + Base64.getEncoder()
                .encodeToString(Files.readString(Chart.PATH.resolve("icon.svg"))
                    .getBytes(StandardCharsets.UTF_8)));
    assertThat(chart.path("maintainers")).isNotEmpty();
    assertThat(chart.path("kubeVersion").asText()).isEqualTo(">=1.30.0-0");
  }

  /** The examples that Artifact Hub shows. */
  static String crdExamples() throws IOException {
    JsonNode chart =
        Serialization.unmarshal(Files.readString(Chart.PATH.resolve("Chart.yaml")), JsonNode.class);
    return StreamSupport.stream(
            yaml(chart.at("/annotations/artifacthub.io~1crdsExamples")).spliterator(), false)
        .map(example -> "---\n" + Serialization.asYaml(example))
        .collect(Collectors.joining());
  }

  private static JsonNode yaml(JsonNode text) {
    return Serialization.unmarshal("---\n" + text.asText(), JsonNode.class);
  }

  @Test
  void allObjectsHaveTheChartsLabels() {
    for (HasMetadata object : Chart.render("vectors", ChartIT.everything("podMonitor"))) {
      assertThat(object.getMetadata().getLabels())
          .as("%s %s", object.getKind(), object.getMetadata().getName())
          .containsKey("helm.sh/chart")
          .containsKey("app.kubernetes.io/managed-by");
    }
  }
}
