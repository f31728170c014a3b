package io.tierkeeper.lab.kubeapi.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/** A rejection that the caller receives as a Kubernetes Status object. */
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;
  private final transient ObjectNode details;

  public ApiError(int code, String reason, String message, ObjectNode details) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  public ApiError(int code, String reason, String message) {
    this(code, reason, message, Json.object());
  }

  public static ApiError badRequest(String message) {
    return new ApiError(400, "BadRequest", message);
  }

  public static ApiError noSuchPath() {
    return new ApiError(404, "NotFound", "the server could not find the requested resource");
  }

  public static ApiError notFound(Kind type, String name) {
    return new ApiError(404, "NotFound", shown(type, name) + " not found", details(type, name));
  }

  public static ApiError alreadyExists(Kind type, String name) {
    return new ApiError(
        409, "AlreadyExists", shown(type, name) + " already exists", details(type, name));
  }

  public static ApiError conflict(Kind type, String name, String why) {
    String message = "Operation cannot be fulfilled on " + shown(type, name) + ": " + why;
    return new ApiError(409, "Conflict", message, details(type, name));
  }

  public static ApiError modified(Kind type, String name) {
    return conflict(
        type,
        name,
        "the object has been modified; please apply your changes to the latest version and try again");
  }

  public static ApiError applyConflict(String message, ArrayNode causes) {
    ObjectNode details = Json.object();
    details.set("causes", causes);
    return new ApiError(409, "Conflict", message, details);
  }

  public static ApiError unsupportedMediaType(String contentType) {
    return new ApiError(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format: "
            + contentType
            + " - accepted media types include: application/json, application/yaml, application/json-patch+json,"
            + " application/merge-patch+json, application/strategic-merge-patch+json,"
            + " application/apply-patch+yaml (the embedded API reads no protobuf: use kubectl apply -f or create -f)");
  }

  public static ApiError methodNotAllowed(String method) {
    return new ApiError(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource: " + method);
  }

  public static ApiError invalid(Kind type, String name, List<FieldError> errors) {
    ObjectNode details = details(type, name);
    details.put("kind", type.kind());
    ArrayNode causes = details.putArray("causes");
    errors.forEach(e -> causes
        .addObject()
        .put("reason", e.reason())
        .put("message", e.body())
        .put("field", e.field()));
    String all = errors.stream().map(FieldError::text).distinct().collect(Collectors.joining(", "));
    String shown = errors.size() == 1 ? all : "[" + all + "]";
    String kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
    return new ApiError(422, "Invalid", kind + quoted(name) + " is invalid: " + shown, details);
  }

  public int code() {
    return code;
  }

  public ObjectNode toStatus() {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
    if (!details.isEmpty()) {
      status.set("details", details);
    }
    return status.put("code", code);
  }

  private static String shown(Kind type, String name) {
    return type.qualifiedPlural() + quoted(name);
  }

  private static String quoted(String name) {
    return " \"" + name + "\"";
  }

  /** The details of a Status about an object. */
  public static ObjectNode details(Kind type, String name) {
    ObjectNode details = Json.object().put("name", name);
    if (!type.group().isEmpty()) {
      details.put("group", type.group());
    }
    return details.put("kind", type.plural());
  }
}
