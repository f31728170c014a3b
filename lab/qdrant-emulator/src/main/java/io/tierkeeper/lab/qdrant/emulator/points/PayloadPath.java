package io.tierkeeper.lab.qdrant.emulator.points;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A dotted path into a payload, as {@code a.b}, {@code a[].b} or {@code "a name with a dot.".b}. */
public record PayloadPath(List<String> steps) {

  /** A name, in quotes where it has characters that mean something in a path, up to the next one. */
  private static final Pattern STEP = Pattern.compile("(?:\"([^\"\\\\]+)\"|([^.\"]+))(\\.|$)");

  public static PayloadPath parse(String text) {
    if (text.isEmpty()) {
      throw QdrantError.badInput("Invalid json path: \"\"");
    }
    return new PayloadPath(text.indexOf('"') < 0 ? List.of(text.split("\\.", -1)) : quoted(text));
  }

  private static List<String> quoted(String text) {
    List<String> steps = new ArrayList<>();
    Matcher step = STEP.matcher(text);
    int end = 0;
    while (step.find() && step.start() == end) {
      if (step.group(1) != null && step.group(1).endsWith("[]")) {
        throw QdrantError.unimplemented("quoted names that end like an array: " + text);
      }
      steps.add(step.group(1) == null ? step.group(2) : step.group(1));
      end = step.end();
    }
    if (end != text.length() || text.endsWith(".")) {
      throw QdrantError.badInput("Invalid json path: \"" + text + "\"");
    }
    return steps;
  }

  /** Every value at this path; an array at the end is one value here. */
  List<Value> select(Map<String, Value> payload) {
    List<Value> found = new ArrayList<>();
    collect(payload, 0, found);
    return found;
  }

  /** Whether any value matches, with arrays at the end taken apart. */
  boolean any(Map<String, Value> payload, Predicate<Value> match) {
    if (steps.size() > 1 || steps.getFirst().endsWith("[]")) {
      return flatten(payload).stream().anyMatch(match);
    }
    // Fast path: a path of one field is evaluated for each point of each read.
    Value value = payload.get(steps.getFirst());
    if (value == null || !value.hasListValue()) {
      return value != null && match.test(value);
    }
    for (Value item : value.getListValue().getValuesList()) {
      if (match.test(item)) {
        return true;
      }
    }
    return false;
  }

  /** Every value at this path with arrays at the end taken apart, as match conditions and indexes see them. */
  List<Value> flatten(Map<String, Value> payload) {
    List<Value> flat = new ArrayList<>();
    for (Value value : select(payload)) {
      if (value.hasListValue()) {
        flat.addAll(value.getListValue().getValuesList());
      } else {
        flat.add(value);
      }
    }
    return flat;
  }

  private void collect(Map<String, Value> fields, int depth, List<Value> found) {
    String step = steps.get(depth);
    boolean each = step.endsWith("[]");
    Value value = fields.get(each ? step.substring(0, step.length() - 2) : step);
    if (value == null) {
      return;
    }
    if (!each) {
      descend(value, depth, found);
    } else if (value.hasListValue()) {
      value.getListValue().getValuesList().forEach(item -> descend(item, depth, found));
    }
  }

  private void descend(Value value, int depth, List<Value> found) {
    if (depth == steps.size() - 1) {
      found.add(value);
    } else if (value.hasStructValue()) {
      collect(value.getStructValue().getFieldsMap(), depth + 1, found);
    }
  }

  /** The payload without what lies at this path. */
  public Map<String, Value> remove(Map<String, Value> payload) {
    return change(payload, 0, null);
  }

  /** The payload with the fields merged into the object at this path. */
  Map<String, Value> merge(Map<String, Value> payload, Map<String, Value> fields) {
    return change(payload, 0, fields);
  }

  private Map<String, Value> change(
      Map<String, Value> fields, int depth, @Nullable Map<String, Value> merged) {
    String step = steps.get(depth);
    if (step.endsWith("[]")) {
      throw QdrantError.unimplemented(
          "changes of payload below an array path " + String.join(".", steps));
    }
    Map<String, Value> changed = new LinkedHashMap<>(fields);
    Value value = fields.get(step);
    Map<String, Value> inner =
        value != null && value.hasStructValue() ? value.getStructValue().getFieldsMap() : Map.of();
    boolean last = depth == steps.size() - 1;
    if (last && merged == null) {
      changed.remove(step);
    } else if (merged == null) {
      if (value != null && value.hasStructValue()) {
        changed.put(step, structure(change(inner, depth + 1, null)));
      }
    } else if (last) {
      Map<String, Value> both = new LinkedHashMap<>(inner);
      both.putAll(merged);
      changed.put(step, structure(both));
    } else {
      changed.put(step, structure(change(inner, depth + 1, merged)));
    }
    return changed;
  }

  static Value structure(Map<String, Value> fields) {
    return Value.newBuilder()
        .setStructValue(io.qdrant.client.grpc.JsonWithInt.Struct.newBuilder().putAllFields(fields))
        .build();
  }
}
