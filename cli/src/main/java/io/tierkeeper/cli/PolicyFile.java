package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.mapping.InvalidValueException;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a TierPolicy from a file, more strictly than a cluster: an unknown field is an error. */
final class PolicyFile {
  private final Path file;
  private final Node root;

  private PolicyFile(Path file, Node root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Reads the first TierPolicy of a file.
   *
   * @throws UsageException naming file, line, field, value and what is allowed
   */
  static Policy read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new UsageException("--policy " + file + " must be a readable file with a TierPolicy");
    }
    String text = Files.readString(file);
    try {
      for (Node document : new Compose(
              LoadSettings.builder().setLabel(file.toString()).build())
          .composeAllFromString(text)) {
        if (find(document, "kind") instanceof ScalarNode kind
            && kind.getValue().equals("TierPolicy")) {
          return new PolicyFile(file, document).rules(text);
        }
      }
    } catch (MarkedYamlEngineException e) {
      throw new UsageException("--policy " + file + " line " + line(e.getProblemMark())
          + ": not valid YAML: " + e.getProblem());
    }
    throw new UsageException(
        "--policy " + file + " line 1: contains no document of kind TierPolicy");
  }

  private Policy rules(String text) throws JsonProcessingException {
    JsonNode given = given(text);
    ObjectMapper mapper = Serialization.jsonMapper();
    TierPolicy policy;
    try {
      policy = mapper.treeToValue(given, TierPolicy.class);
    } catch (JsonProcessingException e) {
      String field = path(e);
      throw invalid(field, field + ": " + e.getOriginalMessage());
    }
    if (policy.getMetadata() == null || policy.getMetadata().getName() == null) {
      throw invalid("metadata", "metadata.name is missing");
    }
    String unknown = unknown("", given, mapper.valueToTree(policy));
    if (unknown != null) {
      throw invalid(unknown, unknown + " is not a known field");
    }
    try {
      return Policy.read(policy);
    } catch (InvalidValueException e) {
      throw invalid(e.field(), e.getMessage());
    } catch (IllegalArgumentException e) {
      throw invalid("spec", e.getMessage());
    }
  }

  private JsonNode given(String text) throws JsonProcessingException {
    try (var documents =
        Serialization.yamlMapper().readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        if (document.path("kind").asText().equals("TierPolicy")) {
          return document;
        }
      }
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UsageException("--policy " + file + ": " + e.getMessage());
    }
    throw new IllegalStateException("the TierPolicy of " + file + " was there a moment ago");
  }

  private static String path(JsonProcessingException e) {
    if (!(e instanceof com.fasterxml.jackson.databind.JsonMappingException mapping)) {
      return "";
    }
    StringBuilder path = new StringBuilder();
    mapping.getPath().forEach(part -> {
      if (part.getFieldName() == null) {
        path.append('[').append(part.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(part.getFieldName());
      }
    });
    return path.toString();
  }

  /** The path of the first field under spec that was given and not understood. */
  private static @Nullable String unknown(String path, JsonNode given, JsonNode understood) {
    if (given.isArray()) {
      for (int i = 0; i < given.size(); i++) {
        String unknown = unknown(path + "[" + i + "]", given.get(i), understood.path(i));
        if (unknown != null) {
          return unknown;
        }
      }
    }
    Iterator<Map.Entry<String, JsonNode>> fields = given.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      String here = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      JsonNode known = understood.path(field.getKey());
      if (field.getValue().isNull() || here.startsWith("metadata.")) {
        continue;
      }
      if (known.isMissingNode() && !field.getValue().isEmpty()
          || known.isMissingNode() && field.getValue().isValueNode()) {
        return here;
      }
      String unknown = unknown(here, field.getValue(), known);
      if (unknown != null) {
        return unknown;
      }
    }
    return null;
  }

  private UsageException invalid(String field, @Nullable String what) {
    return new UsageException("--policy " + file + " line " + line(field) + ": " + what);
  }

  /** The line of a field, or of the nearest one around it that is there. */
  private int line(String path) {
    Node node = root;
    int line = line(node.getStartMark());
    for (String part : path.split("[.\\[\\]]+")) {
      Node next = part.matches("[0-9]+") && node instanceof SequenceNode list
          ? list.getValue().get(Integer.parseInt(part))
          : find(node, part);
      if (next == null) {
        return line;
      }
      node = next;
      line = line(node.getStartMark());
    }
    return line;
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(0) + 1;
  }

  private static @Nullable Node find(Node node, String field) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(field)) {
          return tuple.getValueNode();
        }
      }
    }
    return null;
  }
}
