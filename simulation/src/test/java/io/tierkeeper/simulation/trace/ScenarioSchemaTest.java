package io.tierkeeper.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the schema beside the examples says is what the reader takes. */
class ScenarioSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12)
      .getSchema(resource("scenario.schema.json"), InputFormat.JSON);

  /** What no schema can say: limits of times, the order of two numbers, sums. */
  private static final List<String> BEYOND_A_SCHEMA = List.of(
      "allowed is a time from",
      "the smaller first, as in",
      "allowed is at most 10000",
      "gives more than 1000000 steps");

  /** Each is put in the place of every value of every pattern's scenario. */
  private static final List<String> VALUES = List.of(
      "null",
      "true",
      "0",
      "0.0000001",
      "0.3",
      "3",
      "3.5",
      "-1",
      "1001",
      "20000",
      "\"\"",
      "\" \"",
      "\"true\"",
      "\"3\"",
      "\"word\"",
      "\"Two Words\"",
      "\"Steady\"",
      "\"Zipf\"",
      "\"1h\"",
      "\"1h \"",
      "\"9000d\"",
      "\"1w\"",
      "[]",
      "[0.5]",
      "[0.5, 0.7]",
      "[0.7, 0.5]",
      "[0.5, 0.6, 0.7]",
      "[\"1h\", \"2h\"]",
      "{}",
      "{\"every\": \"1h\"}",
      "[{\"at\": \"1d\", \"factor\": 2}]");

  static final List<String> PATTERNS = List.of(
      "{count: 3, pattern: Steady, size: [0.5, 2], noise: 0.1}",
      "{count: 3, pattern: Zipf, exponent: 0.9, above: 0.1}",
      "{count: 3, pattern: Growth, from: 0.1, to: [0.5, 2], doubling: 2d}",
      "{count: 3, pattern: Diurnal, size: 1, amplitude: 0.5, jitter: 1h}",
      "{count: 3, pattern: Bursts, size: 0.5, factor: [2, 4], every: 6h, lasting: [1h, 2h]}",
      "{count: 3, pattern: Arrival, size: 1, at: 1d, within: 1d, loading: 2h}",
      "{count: 3, pattern: Decline, size: 2, after: 1d, halfLife: [1d, 2d]}",
      "{count: 3, pattern: Hugger, amplitude: 0.05, period: 1d}",
      "{count: 3, pattern: Adversary, excess: [0.2, 0.5]}");

  private static String resource(String name) {
    try (InputStream in =
        ScenarioSchemaTest.class.getResourceAsStream("/examples/scenarios/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> faults(String yaml) {
    Object loaded = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return SCHEMA.validate(JSON.valueToTree(loaded).toString(), InputFormat.JSON).stream()
        .map(Error::toString)
        .toList();
  }

  /** What the reader says against it; null where it takes it. */
  private static @Nullable String refusal(String yaml) {
    try {
      ScenarioFile.parse("it.yaml", yaml);
      return null;
    } catch (UsageException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void isASchemaOfItsDialect() {
    assertThat(resource("scenario.schema.json"))
        .contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"");
  }

  @ParameterizedTest
  @FieldSource("io.tierkeeper.simulation.trace.TraceFamilies#NAMES")
  void everyExampleIsValidAndNamesItsSchema(String name) {
    String text = resource(name + ".yaml");
    assertThat(text).startsWith("# yaml-language-server: $schema=scenario.schema.json\n");
    assertThat(faults(text)).isEmpty();
    assertThat(refusal(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name: 2026",
        "name: My Tenants",
        "nam: mine",
        "promotionShare: \"0.01\"",
        "promotionShare: 0.9",
        "duration: 2 days",
        "duration: 2",
        "step: 1s",
        "doubledWhileMoving: yes",
        "doubledWhileMoving: \"true\"",
        "description: 7",
        "gaps: 1h",
        "gaps: {every: 1d}",
        "frozen: {every: 1d, lasting: 1h, since: 2d}",
        "totalJumps: {at: 1d, factor: 2}",
        "totalJumps: [{at: 1d, factor: 0}]",
        "tenants: {count: 1, pattern: Steady, size: 1}",
        "tenants: []",
        "tenants: [{count: 1, pattern: Steddy, size: 1}]",
        "tenants: [{count: 1, pattern: Steady}]",
        "tenants: [{count: 1, pattern: Steady, size: 1, doubling: 1d}]",
        "tenants: [{count: 1.5, pattern: Steady, size: 1}]",
        "tenants: [{count: 0, pattern: Steady, size: 1}]",
        "tenants: [{count: \"1\", pattern: Steady, size: 1}]",
        "tenants: [{count: 1, pattern: Steady, size: [1, 2, 3]}]",
        "tenants: [{count: 1, pattern: Steady, size: big}]",
        "tenants: [{pattern: Steady, size: 1}]",
        "tenants: [Steady]",
      })
  void refusesWithTheReader(String field) {
    String name = field.substring(0, field.indexOf(':'));
    String good = """
        name: mine
        promotionShare: 0.01
        duration: 2d
        tenants: [{count: 1, pattern: Steady, size: 1}]
        """;
    assertThat(faults(good)).isEmpty();
    assertThat(refusal(good)).isNull();
    String bad = good.lines()
            .filter(line -> !line.startsWith(name + ":"))
            .reduce("", (all, line) -> all + line + "\n")
        + field + "\n";
    assertThat(faults(bad)).isNotEmpty();
    assertThat(refusal(bad)).startsWith("it.yaml line ").contains("; allowed ");
  }

  @ParameterizedTest
  @FieldSource("PATTERNS")
  void agreesWithTheReaderOnEveryValueInEveryPlace(String group) throws IOException {
    String whole = """
        {name: mine, description: A sentence., promotionShare: 0.01, duration: 2d, step: 30m, moveTime: 1h,
        doubledWhileMoving: true, totalJumps: [{at: 1d, factor: 2}], gaps: {every: 1d, lasting: [1h, 2h]},
        frozen: {every: 1d, lasting: 1h}, tenants: [%s]}
        """.formatted(group);
    JsonNode good =
        JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(whole));
    assertThat(refusal(good.toString())).isNull();
    List<String> pointers = new ArrayList<>();
    if (group.equals(PATTERNS.getFirst())) {
      collect("", good, pointers);
    } else {
      // What does not depend on the pattern need not be tried again.
      collect("/tenants/0", good.at("/tenants/0"), pointers);
    }
    assertThat(pointers).hasSizeGreaterThan(3);
    int refused = 0;
    for (String pointer : pointers) {
      for (String value : VALUES) {
        JsonNode changed = good.deepCopy();
        put(changed, pointer, JSON.readTree(value));
        String text = changed.toString();
        List<String> faults = faults(text);
        String refusal = refusal(text);
        if (!faults.isEmpty()) {
          refused++;
          assertThat(refusal).as(pointer + " = " + value + ": " + faults).isNotNull();
        } else if (refusal != null) {
          assertThat(BEYOND_A_SCHEMA)
              .as(pointer + " = " + value + ": " + refusal)
              .anyMatch(refusal::contains);
        }
      }
    }
    assertThat(refused).isGreaterThan(80);
  }

  @Test
  void showsTheValueThatItRefuses() {
    assertThatThrownBy(() -> ScenarioFile.parse("it.yaml", "name: mine\npromotionShare: [1, 2]\n"))
        .hasMessage(
            "it.yaml line 2: promotionShare is ['1', '2']; allowed is a number from 1.0E-6 to 0.5");
    assertThatThrownBy(() -> ScenarioFile.parse("it.yaml", "name: mine\npromotionShare: '0.1'\n"))
        .hasMessageContaining("promotionShare is '0.1' in quotes; allowed is a number");
  }

  private static void collect(String pointer, JsonNode node, List<String> pointers) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field -> collect(pointer + "/" + field.getKey(), field.getValue(), pointers));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(pointer + "/" + i, node.get(i), pointers);
      }
    }
    if (!pointer.isEmpty()) {
      pointers.add(pointer);
    }
  }

  private static void put(JsonNode root, String pointer, JsonNode value) {
    int slash = pointer.lastIndexOf('/');
    String last = pointer.substring(slash + 1);
    switch (root.at(pointer.substring(0, slash))) {
      case ObjectNode object -> object.set(last, value);
      case ArrayNode array -> array.set(Integer.parseInt(last), value);
      default -> throw new IllegalArgumentException(pointer);
    }
  }
}
