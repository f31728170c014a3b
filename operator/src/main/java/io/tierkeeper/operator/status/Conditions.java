package io.tierkeeper.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The conditions of one status being built; one whose status has not changed keeps its transition time. */
public final class Conditions {

  private static final int LONGEST_MESSAGE = 1024;

  private final Map<String, Condition> before = new LinkedHashMap<>();
  private final Map<String, Condition> now = new LinkedHashMap<>();
  private final long generation;
  private final String time;

  /**
   * Starts from nothing; what is not set again is gone.
   *
   * @param last the conditions as last written
   * @param generation of the spec that they are about
   */
  public Conditions(@Nullable List<Condition> last, long generation, Instant time) {
    if (last != null) {
      last.forEach(condition -> before.put(condition.getType(), condition));
    }
    this.generation = generation;
    this.time = time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Sets a condition, or sets it anew. */
  public Conditions set(String type, boolean status, String reason, String message) {
    String word = status ? "True" : "False";
    Condition last = before.get(type);
    String since =
        last != null && word.equals(last.getStatus()) ? last.getLastTransitionTime() : time;
    now.put(
        type,
        new ConditionBuilder()
            .withType(type)
            .withStatus(word)
            .withObservedGeneration(generation)
            .withLastTransitionTime(since)
            .withReason(reason)
            .withMessage(
                message.length() > LONGEST_MESSAGE
                    ? message.substring(0, LONGEST_MESSAGE)
                    : message)
            .build());
    return this;
  }

  /** Keeps a condition as it was last written, where it cannot be judged now. */
  public Conditions keep(String type) {
    Condition last = before.get(type);
    if (last != null) {
      now.putIfAbsent(type, last);
    }
    return this;
  }

  /** Whether the condition was last written with this status. */
  public boolean was(String type, boolean status) {
    Condition last = before.get(type);
    return last != null && (status ? "True" : "False").equals(last.getStatus());
  }

  /** The reason that the condition was last written with; empty where there was none. */
  public Optional<String> reasonBefore(String type) {
    return Optional.ofNullable(before.get(type)).map(Condition::getReason);
  }

  /** The condition as set now. */
  public Optional<Condition> get(String type) {
    return Optional.ofNullable(now.get(type));
  }

  public List<Condition> list() {
    return new ArrayList<>(now.values());
  }
}
