package io.tierkeeper.lab.kubeapi.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Server-side apply: the wanted fields are merged in, those that the manager no longer wants go, and what another
 * manager owns with another value is a conflict unless forced.
 */
public final class ServerSideApply {
  private ServerSideApply() {}

  /**
   * The object after the apply, managedFields included.
   *
   * @throws ApiError 409 when a field belongs to another manager and force is not set
   */
  public static ObjectNode apply(
      ObjectNode live,
      ObjectNode wanted,
      ResourceType type,
      ManagedFields.Owner owner,
      FieldSet.Part part,
      boolean force,
      String now) {
    FieldShape shape = FieldShape.of(type);
    Map<List<String>, JsonNode> want = FieldSet.leaves(wanted, shape, part);
    Map<List<String>, JsonNode> have = FieldSet.leaves(live, shape, part);
    ManagedFields managed = ManagedFields.of(live);

    Map<ManagedFields.Owner, Set<String>> conflicts = new LinkedHashMap<>();
    Set<List<String>> taken = new LinkedHashSet<>();
    want.forEach((path, value) -> {
      if (!Json.same(have.get(path), value)) {
        for (ManagedFields.Owner other : managed.othersOwning(path, owner)) {
          conflicts.computeIfAbsent(other, o -> new TreeSet<>()).add(FieldSet.shown(path));
          taken.add(path);
        }
      }
    });
    if (!conflicts.isEmpty() && !force) {
      throw conflict(conflicts, managed);
    }
    managed.takeFromOthers(taken, owner);

    ObjectNode next = live.deepCopy();
    for (List<String> path : managed.fieldsOf(owner)) {
      boolean stillWanted = want.containsKey(path)
          || want.keySet().stream().anyMatch(kept -> FieldSet.isPrefix(path, kept));
      if (!stillWanted && managed.othersOwning(path, owner).isEmpty()) {
        FieldSet.remove(next, path);
      }
    }
    wanted.properties().forEach(field -> {
      if (part.covers(field.getKey())
          && !field.getKey().equals("apiVersion")
          && !field.getKey().equals("kind")) {
        next.set(
            field.getKey(),
            merge(next.path(field.getKey()), field.getValue(), shape.child(field.getKey())));
      }
    });
    managed.set(owner, type.apiVersion(), want.keySet(), now);
    managed.keepOnly(FieldSet.leaves(next, shape, part).keySet(), part);
    managed.writeTo(next);
    return next;
  }

  private static JsonNode merge(JsonNode live, JsonNode wanted, FieldShape shape) {
    if (wanted.isObject() && live instanceof ObjectNode present && !shape.isAtomicObject()) {
      ObjectNode merged = present.deepCopy();
      wanted
          .properties()
          .forEach(field -> merged.set(
              field.getKey(),
              merge(merged.path(field.getKey()), field.getValue(), shape.child(field.getKey()))));
      return merged;
    }
    if (wanted.isArray() && live instanceof ArrayNode present && !shape.keys().isEmpty()) {
      return shape.mergeByKey(present, wanted, (old, now) -> merge(old, now, shape.item()));
    }
    if (wanted.isArray() && live instanceof ArrayNode present && shape.isSet()) {
      return FieldShape.union(present, wanted);
    }
    return wanted.deepCopy();
  }

  private static ApiError conflict(
      Map<ManagedFields.Owner, Set<String>> conflicts, ManagedFields managed) {
    ArrayNode causes = Json.array();
    List<String> parts = new ArrayList<>();
    int count = conflicts.values().stream().mapToInt(Set::size).sum();
    conflicts.forEach((owner, fields) -> {
      String who = shown(owner, managed.apiVersionOf(owner));
      parts.add(
          count == 1
              ? "conflict with " + who + ": " + fields.iterator().next()
              : "conflicts with " + who + ":\n- " + String.join("\n- ", fields));
      fields.forEach(field -> causes
          .addObject()
          .put("reason", "FieldManagerConflict")
          .put("message", "conflict with " + who)
          .put("field", field));
    });
    return ApiError.applyConflict(
        "Apply failed with %s conflict%s: %s"
            .formatted(count, count == 1 ? "" : "s", String.join("\n", parts)),
        causes);
  }

  private static String shown(ManagedFields.Owner owner, String apiVersion) {
    String subresource =
        owner.subresource().isEmpty() ? "" : " with subresource \"" + owner.subresource() + "\"";
    String using = owner.operation().equals("Update") ? " using " + apiVersion : "";
    return "\"" + owner.manager() + "\"" + subresource + using;
  }
}
