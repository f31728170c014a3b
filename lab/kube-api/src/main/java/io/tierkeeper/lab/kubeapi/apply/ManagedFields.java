package io.tierkeeper.lab.kubeapi.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who owns which field of an object: {@code metadata.managedFields} read, changed and written back. */
public final class ManagedFields {
  /**
   * One owner's name.
   *
   * @param manager the field manager
   * @param operation Apply or Update
   * @param subresource such as status, or empty
   */
  public record Owner(String manager, String operation, String subresource) {}

  private record Entry(String apiVersion, String time, Set<List<String>> fields) {}

  private final Map<Owner, Entry> entries = new LinkedHashMap<>();

  static ManagedFields of(JsonNode object) {
    ManagedFields managed = new ManagedFields();
    for (JsonNode entry : object.at("/metadata/managedFields")) {
      Owner owner = new Owner(
          entry.path("manager").asText(),
          entry.path("operation").asText(),
          entry.path("subresource").asText(""));
      managed.entries.put(
          owner,
          new Entry(
              entry.path("apiVersion").asText(),
              entry.path("time").asText(),
              FieldSet.fromFieldsV1(entry.path("fieldsV1"))));
    }
    return managed;
  }

  Set<List<String>> fieldsOf(Owner owner) {
    Entry entry = entries.get(owner);
    return entry == null ? Set.of() : entry.fields;
  }

  /** The other owners of a field. */
  List<Owner> othersOwning(List<String> path, Owner except) {
    List<Owner> others = new ArrayList<>();
    entries.forEach((owner, entry) -> {
      if (!owner.equals(except) && entry.fields.contains(path)) {
        others.add(owner);
      }
    });
    return others;
  }

  String apiVersionOf(Owner owner) {
    Entry entry = entries.get(owner);
    return entry == null ? "" : entry.apiVersion;
  }

  /** Gives an owner exactly these fields; its time changes only if they do. */
  void set(Owner owner, String apiVersion, Set<List<String>> fields, String now) {
    if (fields.isEmpty()) {
      entries.remove(owner);
      return;
    }
    Entry before = entries.get(owner);
    if (before == null || !before.fields.equals(fields)) {
      entries.put(owner, new Entry(apiVersion, now, new LinkedHashSet<>(fields)));
    }
  }

  /** Takes fields away from every owner but one. */
  void takeFromOthers(Set<List<String>> paths, Owner except) {
    entries.forEach((owner, entry) -> {
      if (!owner.equals(except)) {
        entry.fields.removeAll(paths);
      }
    });
    entries.values().removeIf(entry -> entry.fields.isEmpty());
  }

  /** Forgets, for the part that was written, the fields that are no longer there. */
  void keepOnly(Set<List<String>> present, FieldSet.Part part) {
    entries
        .values()
        .forEach(entry -> entry.fields.removeIf(
            path -> part.covers(path.get(0).substring(2)) && !present.contains(path)));
    entries.values().removeIf(entry -> entry.fields.isEmpty());
  }

  /** Records a plain write: whoever changed or added a leaf owns it from now on, alone. */
  public static void track(
      ObjectNode before,
      ObjectNode after,
      ResourceType type,
      Owner owner,
      FieldSet.Part part,
      String now) {
    FieldShape shape = FieldShape.of(type);
    Map<List<String>, JsonNode> old = FieldSet.leaves(before, shape, part);
    Map<List<String>, JsonNode> fresh = FieldSet.leaves(after, shape, part);
    Set<List<String>> changed = new LinkedHashSet<>();
    fresh.forEach((path, value) -> {
      if (!Json.same(old.get(path), value)) {
        changed.add(path);
      }
    });
    ManagedFields managed = of(before);
    managed.takeFromOthers(changed, owner);
    Set<List<String>> own = new LinkedHashSet<>(managed.fieldsOf(owner));
    own.addAll(changed);
    managed.set(owner, type.apiVersion(), own, now);
    managed.keepOnly(fresh.keySet(), part);
    managed.writeTo(after);
  }

  void writeTo(ObjectNode object) {
    ArrayNode array = Json.array();
    entries.forEach((owner, entry) -> {
      ObjectNode item = array
          .addObject()
          .put("manager", owner.manager)
          .put("operation", owner.operation)
          .put("apiVersion", entry.apiVersion)
          .put("time", entry.time)
          .put("fieldsType", "FieldsV1");
      item.set("fieldsV1", FieldSet.toFieldsV1(entry.fields));
      if (!owner.subresource.isEmpty()) {
        item.put("subresource", owner.subresource);
      }
    });
    ObjectNode metadata = Json.child(object, "metadata");
    if (array.isEmpty()) {
      metadata.remove("managedFields");
    } else {
      metadata.set("managedFields", array);
    }
  }
}
