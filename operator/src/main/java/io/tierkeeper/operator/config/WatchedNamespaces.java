package io.tierkeeper.operator.config;

import java.util.Set;

/**
 * Which namespaces the operator watches: those named, or those with labels, or all.
 *
 * @param names empty where there is a selector, or for all
 * @param selector of the namespaces' labels, such as {@code team=search}; empty where there are names, or for all
 */
public record WatchedNamespaces(Set<String> names, String selector) {
  public WatchedNamespaces {
    names = Set.copyOf(names);
  }

  /** Whether every namespace is watched. */
  public boolean all() {
    return names.isEmpty() && selector.isEmpty();
  }
}
