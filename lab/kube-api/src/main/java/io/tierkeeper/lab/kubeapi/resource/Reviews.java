package io.tierkeeper.lab.kubeapi.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Access reviews. There is no RBAC, so every one is answered with yes. */
public final class Reviews {

  /** The API groups that hold nothing but reviews. */
  public static final Set<String> GROUPS = Set.of("authorization.k8s.io", "authentication.k8s.io");

  private Reviews() {}

  static List<String> kinds(String group) {
    return switch (group) {
      case "authorization.k8s.io" ->
        List.of(
            "LocalSubjectAccessReview",
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview");
      case "authentication.k8s.io" -> List.of("SelfSubjectReview");
      default -> List.of();
    };
  }

  static String plural(String kind) {
    return kind.toLowerCase(Locale.ROOT) + "s";
  }

  /** A review without content, for a request whose body cannot be read. */
  public static ObjectNode empty(ResourcePath path) {
    String kind = kinds(path.group()).stream()
        .filter(known -> plural(known).equals(path.plural()))
        .findFirst()
        .orElseThrow(ApiError::noSuchPath);
    return Json.object().put("kind", kind).put("apiVersion", path.group() + "/" + path.version());
  }

  /** The review with its result. */
  public static ObjectNode answer(ResourcePath path, ObjectNode review) {
    ObjectNode status = review.putObject("status");
    switch (path.plural()) {
      case "selfsubjectrulesreviews" -> {
        status.put("incomplete", false);
        ObjectNode rule = status.putArray("resourceRules").addObject();
        for (String field : List.of("apiGroups", "resources", "verbs")) {
          rule.putArray(field).add("*");
        }
        ObjectNode paths = status.putArray("nonResourceRules").addObject();
        paths.putArray("nonResourceURLs").add("*");
        paths.putArray("verbs").add("*");
      }
      case "selfsubjectaccessreviews", "subjectaccessreviews", "localsubjectaccessreviews" ->
        status.put("allowed", true).put("reason", "the embedded Kubernetes API has no RBAC");
      case "selfsubjectreviews" ->
        status
            .putObject("userInfo")
            .put("username", "embedded-admin")
            .putArray("groups")
            .add("system:masters");
      default -> throw ApiError.noSuchPath();
    }
    return review;
  }
}
