package io.tierkeeper.lab.kubeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rejections by schemas and CEL rules, in the API server's words. */
class SchemaRulesTest {
  private static final String NOT_ALL =
      ", <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct"
          + " the existing errors to complete validation]";

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

  private static HttpResponse<String> post(String spec, String query) {
    String body =
        "{\"apiVersion\":\"example.test/v1\",\"kind\":\"Widget\",\"metadata\":{\"generateName\":\"w-\"}"
            + spec + "}";
    HttpRequest request = HttpRequest.newBuilder(
            kubernetes.url().resolve("/apis/example.test/v1/namespaces/default/widgets" + query))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String refusal(String spec) {
    HttpResponse<String> response = post(spec, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
    String message = Json.parseObject(response.body()).path("message").asText();
    return message.substring(message.indexOf(" is invalid: ") + " is invalid: ".length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"size\":99} | spec.size: Invalid value: 99: spec.size in body should be less than or equal to 10",
        "{\"size\":0} | spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1",
        "{\"size\":1,\"colour\":\"R1\"} | spec.colour: Invalid value: \"R1\": spec.colour in body should match '^[a-z]+$'",
        "{\"size\":1,\"low\":\"0.3\",\"high\":\"0.2\"} | spec.low: Invalid value: \"object\": low 0.3 must be lower than high 0.2",
      })
  void saysWhatIsWrong(String spec, String message) {
    assertThat(refusal(",\"spec\":" + spec)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | spec: Required value",
        ",\"spec\":{} | spec.size: Required value",
        ",\"spec\":{\"size\":\"x\"} | spec.size: Invalid value: \"x\": spec.size in body must be of type integer: \"string\"",
        ",\"spec\":{\"size\":1,\"mode\":\"auto\"} | spec.mode: Unsupported value: \"auto\": supported values: \"Auto\", \"Off\", \"Recommend\"",
        ",\"spec\":{\"size\":1,\"colour\":\"abcdefghi\"} | spec.colour: Too long: may not be more than 8 bytes",
        ",\"spec\":{\"size\":1,\"tags\":[\"a\",\"b\",\"c\",\"d\"]} | spec.tags: Too many: 4: must have at most 3 items",
      })
  void saysThatRulesWereNotChecked(String spec, String message) {
    assertThat(refusal(spec == null ? "" : spec)).isEqualTo("[" + message + NOT_ALL);
  }

  @Test
  void rejectsDropsOrIgnoresUnknownFieldsAsRequested() {
    String spec = ",\"spec\":{\"size\":1,\"foo\":2,\"inputs\":{\"any\":{\"thing\":1}}}";
    HttpResponse<String> strict = post(spec, "?fieldValidation=Strict");
    assertThat(strict.statusCode()).isEqualTo(400);
    assertThat(strict.body()).contains("strict decoding error: unknown field \\\"spec.foo\\\"");
    HttpResponse<String> warned = post(spec, "");
    assertThat(warned.statusCode()).isEqualTo(201);
    assertThat(warned.headers().firstValue("Warning"))
        .hasValue("299 - \"unknown field \\\"spec.foo\\\"\"");
    assertThat(Json.parseObject(warned.body()).path("spec").has("foo")).isFalse();
    assertThat(Json.parseObject(warned.body()).at("/spec/inputs/any/thing").asInt())
        .isEqualTo(1);
    assertThat(post(spec, "?fieldValidation=Ignore").headers().firstValue("Warning"))
        .isEmpty();
  }

  @Test
  void checksTransitionsOnUpdatesOnly() {
    Widget made = client
        .resource(Widget.named("owned", new Widget.Spec(1, null, null, null, null, "ann")))
        .create();
    assertThat(made.getSpec().owner()).isEqualTo("ann");
    var resource = client.resources(Widget.class).inNamespace("default").withName("owned");
    assertThatThrownBy(() ->
            resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"owner\":\"bob\"}}"))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("spec.owner: Invalid value: \"string\": owner is immutable");
    resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"size\":2}}");
    assertThat(resource.get().getSpec().size()).isEqualTo(2);
  }

  @Test
  void acceptsOurOwnDefinitions() {
    kubernetes.applyCrds(Crds.all());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"promote\":{\"aboveShare\":\"0.10\"},\"demote\":{\"belowShare\":\"0.20\"}} | demote.belowShare 0.20 must be lower than promote.aboveShare 0.10",
        "{\"promote\":{\"minPoints\":10},\"demote\":{\"maxPoints\":20}} | demote.maxPoints 20 must be lower than promote.minPoints 10",
        "{\"windows\":[{\"schedule\":\"0 1 * * 1-5\",\"duration\":\"200h\"}]} | window duration 200h must be at least 1m and at most 168h",
        "{\"schedule\":{\"evaluate\":\"whenever\"}} | evaluate whenever must be five cron fields",
        "{\"mass\":{\"staleAfter\":\"7d\"}} | staleAfter 7d must be a duration in hours, minutes and seconds",
      })
  void refusesAPolicyByItsOwnRules(String spec, String message) {
    kubernetes.applyCrds(Crds.all());
    String policy =
        "{\"apiVersion\":\"tierkeeper.io/v1alpha1\",\"kind\":\"TierPolicy\",\"metadata\":{\"name\":\"bad\",\"namespace\":\"default\"},\"spec\":"
            + spec
            + "}";
    assertThatThrownBy(() -> client.resource(policy).create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("TierPolicy.tierkeeper.io \"bad\" is invalid: ")
        .hasMessageContaining(message);
  }
}
