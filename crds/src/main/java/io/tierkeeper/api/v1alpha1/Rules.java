package io.tierkeeper.api.v1alpha1;

/** Regular expressions inside CEL rules, where a backslash would have to be written four times. */
final class Rules {
  /** Guards {@code double(x)}, so that a malformed decimal is reported once, by its own rule. */
  static final String NUMBER = "^[0-9]+([.][0-9]+)?$";

  /** Guards {@code duration(x)}; the empty string matches too. */
  static final String DURATION = "^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$";

  private Rules() {}
}
