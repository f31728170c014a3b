package io.tierkeeper.lab.kubeapi.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.lab.kubeapi.Widget;
import io.tierkeeper.lab.kubeapi.http.ApiDispatcher;
import io.tierkeeper.lab.kubeapi.http.ApiRequest;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of {@code kubectl get}. */
class TableAnswerTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

  private static EmbeddedApi api() {
    return new EmbeddedApi();
  }

  /** The dispatcher without HTTP, with a fixed time. */
  private static final class EmbeddedApi {
    private int uid;
    private final ApiDispatcher dispatcher = new ApiDispatcher(NOON, () -> "uid-" + ++uid);

    EmbeddedApi() {
      dispatcher.createNamespace("default");
    }

    ApiDispatcher.Answer call(String method, String path, String body) {
      return dispatcher.answer(new ApiRequest(
          method,
          path,
          Map.of(),
          "application/json",
          "application/json;as=Table;v=v1",
          "test",
          body));
    }
  }

  @Test
  void showsTheColumnsOfTheDefinition() {
    EmbeddedApi api = api();
    String crd = io.fabric8.kubernetes.client.utils.Serialization.asJson(Widget.definition());
    assertThat(api.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
            .code())
        .isEqualTo(201);
    String widgets = "/apis/example.test/v1/namespaces/default/widgets";
    api.call(
        "POST",
        widgets,
        "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"size\":3,\"colour\":\"red\"}}");
    api.call("POST", widgets, "{\"metadata\":{\"name\":\"b\"},\"spec\":{\"size\":4}}");
    ApiDispatcher.Answer status = api.dispatcher.answer(
        new ApiRequest(
            "PATCH",
            widgets + "/a/status",
            Map.of(),
            "application/merge-patch+json",
            "",
            "test",
            "{\"status\":{\"conditions\":[{\"type\":\"Odd\",\"status\":\"False\"},{\"type\":\"Ready\",\"status\":\"True\"}]}}"));
    assertThat(status.code()).isEqualTo(200);
    var table = api.call("GET", widgets, "").body();
    List<String> rows = new java.util.ArrayList<>();
    table.path("rows").forEach(row -> rows.add(row.path("cells").toString()));
    assertThat(rows)
        .containsExactly(
            "[\"a\",3,\"Recommend\",\"True\",\"red\",\"0s\"]",
            "[\"b\",4,\"Recommend\",null,null,\"0s\"]");
    List<String> columns = new java.util.ArrayList<>();
    table
        .path("columnDefinitions")
        .forEach(c -> columns.add(
            c.path("name").asText() + " " + c.path("type").asText() + " " + c.path("priority")));
    assertThat(columns)
        .containsExactly(
            "Name string 0",
            "SIZE integer 0",
            "MODE string 0",
            "READY string 0",
            "COLOUR string 1",
            "AGE string 0");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1s",
    "119, 119s",
    "120, 2m",
    "200, 3m20s",
    "600, 10m",
    "10799, 179m",
    "10800, 3h",
    "19800, 5h30m",
    "28800, 8h",
    "172799, 47h",
    "172800, 2d",
    "187200, 2d4h",
    "691200, 8d",
    "-5, <invalid>"
  })
  void showsAgesAsKubectlDoes(long seconds, String shown) {
    assertThat(TableAnswer.humanDuration(Duration.ofSeconds(seconds))).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    ".a.b, 1",
    ".list[1].name, two",
    ".list[*].name, one",
    "'.list[?(@.name==\"two\")].value', 2",
    ".labels.io\\.x/y, z"
  })
  void readsSimplePaths(String path, String value) {
    var object = Json.parse(
        "{\"a\":{\"b\":1},\"labels\":{\"io.x/y\":\"z\"},\"list\":[{\"name\":\"one\"},{\"name\":\"two\",\"value\":2}]}");
    assertThat(PrinterPath.first(object, path))
        .hasValueSatisfying(v -> assertThat(v.asText()).isEqualTo(value));
    assertThat(PrinterPath.first(object, ".a['b']"))
        .hasValueSatisfying(v -> assertThat(v.asInt()).isEqualTo(1));
    assertThat(PrinterPath.first(object, ".nothing.here")).isEmpty();
  }

  @Test
  void refusesAPathThatItDoesNotUnderstand() {
    assertThatThrownBy(() -> PrinterPath.first(Json.object(), "..deep"))
        .hasMessageContaining("the printer column path ..deep is not understood at 0");
  }
}
