package io.tierkeeper.operator.collection;

import io.tierkeeper.operator.layout.Finding;

/** Why a collection cannot be evaluated: the condition that is False, and what to do. */
final class Unusable extends Exception {
  private static final long serialVersionUID = 1;
  private final transient Finding finding;
  private final String type;

  /** @param type of the condition */
  Unusable(String type, Finding finding) {
    super(finding.message());
    this.type = type;
    this.finding = finding;
  }

  String type() {
    return type;
  }

  Finding finding() {
    return finding;
  }
}
