package io.tierkeeper.lab.kubeapi.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Label and field selectors as predicates; what cannot be understood is refused with 400. */
final class Selectors {
  private static final Pattern SET =
      Pattern.compile("\\s*([^\\s!=,()]+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*");
  private static final Pattern EQUALITY =
      Pattern.compile("\\s*([^\\s!=,()]+)\\s*(==|=|!=)\\s*([^\\s!=,()]*)\\s*");
  private static final Pattern EXISTENCE = Pattern.compile("\\s*(!?)\\s*([^\\s!=,()]+)\\s*");

  private Selectors() {}

  static Predicate<ObjectNode> of(ApiRequest request) {
    Predicate<ObjectNode> labels = labels(request.query().get("labelSelector"));
    return labels.and(fields(request.query().get("fieldSelector")));
  }

  static Predicate<ObjectNode> labels(@Nullable String selector) {
    Predicate<ObjectNode> all = object -> true;
    for (String requirement : requirements(selector)) {
      all = all.and(labelRequirement(requirement));
    }
    return all;
  }

  /** Equality of any path into the object, such as {@code metadata.name=a,involvedObject.uid!=b}. */
  static Predicate<ObjectNode> fields(@Nullable String selector) {
    Predicate<ObjectNode> all = object -> true;
    for (String requirement : requirements(selector)) {
      Matcher equality = EQUALITY.matcher(requirement);
      if (!equality.matches()) {
        throw ApiError.badRequest(
            "invalid field selector: " + requirement + "; allowed is path=value or path!=value");
      }
      String pointer = "/" + equality.group(1).replace('.', '/');
      String wanted = equality.group(3);
      boolean negated = equality.group(2).equals("!=");
      all = all.and(object -> object.at(pointer).asText("").equals(wanted) != negated);
    }
    return all;
  }

  private static Predicate<ObjectNode> labelRequirement(String requirement) {
    Matcher set = SET.matcher(requirement);
    if (set.matches()) {
      List<String> values =
          Arrays.stream(set.group(3).split(",", -1)).map(String::strip).toList();
      return oneOf(set.group(1), values, set.group(2).equals("in"));
    }
    Matcher equality = EQUALITY.matcher(requirement);
    if (equality.matches()) {
      boolean equal = !equality.group(2).equals("!=");
      return oneOf(equality.group(1), List.of(equality.group(3)), equal);
    }
    Matcher existence = EXISTENCE.matcher(requirement);
    if (existence.matches()) {
      boolean wanted = existence.group(1).isEmpty();
      String key = existence.group(2);
      return object -> label(object, key).isMissingNode() != wanted;
    }
    throw ApiError.badRequest("unable to parse requirement: "
        + requirement
        + "; allowed is key=value, key!=value, key in (a,b), key notin (a,b), key, !key");
  }

  private static Predicate<ObjectNode> oneOf(String key, List<String> values, boolean wanted) {
    return object -> {
      JsonNode label = label(object, key);
      return (!label.isMissingNode() && values.contains(label.asText())) == wanted;
    };
  }

  private static JsonNode label(ObjectNode object, String key) {
    return object.path("metadata").path("labels").path(key);
  }

  /** Splits at commas outside of parentheses. */
  private static List<String> requirements(@Nullable String selector) {
    if (selector == null || selector.isBlank()) {
      return List.of();
    }
    return List.of(selector.split(",(?![^(]*\\))", -1));
  }
}
