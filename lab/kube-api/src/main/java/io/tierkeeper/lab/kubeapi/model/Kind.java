package io.tierkeeper.lab.kubeapi.model;

/** The names of a kind of objects, as errors show them. */
public interface Kind {

  /** The API group, empty for the core group. */
  String group();

  /** The name in paths. */
  String plural();

  /** The name in objects. */
  String kind();

  /** The name in messages: {@code tierpolicies.tierkeeper.io}, or {@code pods} for the core group. */
  default String qualifiedPlural() {
    return group().isEmpty() ? plural() : plural() + "." + group();
  }
}
