package io.tierkeeper.operator.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the mutations brought to light, and how many there were. */
final class Findings {
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Set<String> tried = ConcurrentHashMap.newKeySet();
  private final Set<String> existing = ConcurrentHashMap.newKeySet();
  private final AtomicLong mutations = new AtomicLong();

  void exists(String leaf) {
    existing.add(leaf);
  }

  void tried(String leaf) {
    tried.add(leaf);
    mutations.incrementAndGet();
  }

  void violation(String leaf, @Nullable JsonNode value, String what) {
    String text = String.valueOf(value);
    violations.add(
        leaf + " = " + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + ": " + what);
  }

  Queue<String> violations() {
    return violations;
  }

  int tried() {
    return tried.size();
  }

  int existing() {
    return existing.size();
  }

  long mutations() {
    return mutations.get();
  }

  /** The leaves that nothing was done to. */
  Set<String> untried() {
    Set<String> left = ConcurrentHashMap.newKeySet();
    left.addAll(existing);
    left.removeAll(tried);
    return left;
  }
}
