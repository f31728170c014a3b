package io.tierkeeper.operator.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/**
 * The {@code healthCheckExprs} of examples/flux as Flux evaluates them: an unobserved generation is in progress, then inProgress, failed
 * and current in this order, and none of them is in progress too.
 */
public final class FluxHealth {
  private static final ObjectMapper JSON = Serialization.jsonMapper();
  private static final Cel CEL = CelFactory.standardCelBuilder()
      .setOptions(
          CelOptions.current().enableHeterogeneousNumericComparisons(true).build())
      .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
      .addVar("status", SimpleType.DYN)
      .addVar("metadata", SimpleType.DYN)
      .addVar("spec", SimpleType.DYN)
      .build();

  private final Map<String, JsonNode> expressions = new HashMap<>();

  /** Reads the example. */
  public FluxHealth() {
    try {
      JsonNode kustomization = Serialization.unmarshal(
          "---\n" + Files.readString(Checkout.file("examples/flux/tenants.yaml")), JsonNode.class);
      for (JsonNode check : kustomization.at("/spec/healthCheckExprs")) {
        expressions.put(check.path("kind").asText(), check);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The status of an object; a kind without expressions is judged as kstatus does. */
  public KStatus of(JsonNode object) {
    JsonNode own = expressions.get(object.path("kind").asText());
    if (own == null) {
      return KStatus.of(object);
    }
    // An expression about a status that is not there cannot be evaluated, and Flux goes on waiting.
    if (!object.has("status") || KStatus.unobserved(object)) {
      return KStatus.IN_PROGRESS;
    }
    if (holds(own.path("inProgress"), object)) {
      return KStatus.IN_PROGRESS;
    }
    if (holds(own.path("failed"), object)) {
      return KStatus.FAILED;
    }
    return holds(own.path("current"), object) ? KStatus.CURRENT : KStatus.IN_PROGRESS;
  }

  private static boolean holds(JsonNode expression, JsonNode object) {
    try {
      Map<String, Object> variables = new HashMap<>();
      for (String name : new String[] {"status", "metadata", "spec"}) {
        variables.put(name, JSON.convertValue(object.path(name), Map.class));
      }
      return (Boolean)
          CEL.createProgram(CEL.compile(expression.asText()).getAst()).eval(variables);
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalStateException(expression.asText(), e);
    }
  }
}
