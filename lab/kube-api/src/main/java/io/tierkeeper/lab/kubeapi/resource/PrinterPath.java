package io.tierkeeper.lab.kubeapi.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The simple JSONPaths of printer columns: fields, indexes, {@code [*]} and one equality filter.
 *
 * <p>For example {@code .status.conditions[?(@.type=="Ready")].status}.
 */
final class PrinterPath {
  private static final Pattern STEP = Pattern.compile("\\.((?:\\\\.|[^.\\[\\\\])+)"
      + "|\\['([^']+)'\\]"
      + "|\\[(\\d+)\\]"
      + "|(\\[\\*\\])"
      + "|\\[\\?\\(\\s*@\\.([\\w.\\-/]+)\\s*==\\s*(?:\"([^\"]*)\"|'([^']*)'|(\\w+))\\s*\\)\\]");

  private PrinterPath() {}

  /**
   * The first value at a path.
   *
   * @throws IllegalArgumentException when the path is none of this simple kind
   */
  static Optional<JsonNode> first(JsonNode object, String path) {
    List<JsonNode> current = List.of(object);
    Matcher step = STEP.matcher(path);
    int at = 0;
    while (at < path.length()) {
      if (!step.find(at) || step.start() != at) {
        throw new IllegalArgumentException(
            "the printer column path " + path + " is not understood at " + at);
      }
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : current) {
        follow(node, step, next);
      }
      current = next;
      at = step.end();
    }
    return current.stream()
        .filter(node -> !node.isMissingNode() && !node.isNull())
        .findFirst();
  }

  private static void follow(JsonNode node, Matcher step, List<JsonNode> next) {
    if (step.group(1) != null) {
      next.add(node.path(step.group(1).replaceAll("\\\\(.)", "$1")));
    } else if (step.group(2) != null) {
      next.add(node.path(step.group(2)));
    } else if (step.group(3) != null) {
      next.add(node.path(Integer.parseInt(step.group(3))));
    } else if (step.group(4) != null) {
      node.forEach(next::add);
    } else {
      String pointer = "/" + step.group(5).replace('.', '/');
      String quoted = step.group(6) != null ? step.group(6) : step.group(7);
      String wanted = quoted != null ? quoted : step.group(8);
      for (JsonNode item : node) {
        if (item.at(pointer).asText().equals(wanted)) {
          next.add(item);
        }
      }
    }
  }
}
