package io.tierkeeper.lab.kubeapi;

/**
 * One reason why an object is refused, in the API server's words.
 *
 * @param field the path, such as {@code spec.demote}
 * @param reason the machine-readable cause, such as {@code FieldValueInvalid}
 * @param body the text after the path
 */
record FieldError(String field, String reason, String body) {

  static FieldError required(String field) {
    return new FieldError(field, "FieldValueRequired", "Required value");
  }

  static FieldError required(String field, String detail) {
    return new FieldError(field, "FieldValueRequired", "Required value: " + detail);
  }

  static FieldError invalid(String field, String shownValue, String detail) {
    return new FieldError(
        field, "FieldValueInvalid", "Invalid value: " + shownValue + ": " + detail);
  }

  static FieldError forbidden(String field, String detail) {
    return new FieldError(field, "FieldValueForbidden", "Forbidden: " + detail);
  }

  String text() {
    return field + ": " + body;
  }
}
