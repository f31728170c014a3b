package io.tierkeeper.lab.kubeapi.model;

/**
 * One reason why an object is rejected, in the API server's words.
 *
 * @param field the path, such as {@code spec.demote}
 * @param reason the machine-readable cause, such as {@code FieldValueInvalid}
 * @param body the text after the path
 */
public record FieldError(String field, String reason, String body) {

  public static FieldError required(String field) {
    return new FieldError(field, "FieldValueRequired", "Required value");
  }

  public static FieldError required(String field, String detail) {
    return new FieldError(field, "FieldValueRequired", "Required value: " + detail);
  }

  public static FieldError invalid(String field, String shownValue, String detail) {
    return new FieldError(
        field, "FieldValueInvalid", "Invalid value: " + shownValue + ": " + detail);
  }

  public static FieldError forbidden(String field, String detail) {
    return new FieldError(field, "FieldValueForbidden", "Forbidden: " + detail);
  }

  String text() {
    return field + ": " + body;
  }
}
