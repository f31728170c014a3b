package io.tierkeeper.lab.kubeapi.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The two forms of one event: {@code events.k8s.io/v1} as programs write it, {@code v1} as kubectl reads it. */
public final class EventForms {
  private static final Map<String, String> TO_CORE = Map.of(
      "regarding", "involvedObject",
      "note", "message",
      "reportingController", "reportingComponent",
      "deprecatedSource", "source",
      "deprecatedFirstTimestamp", "firstTimestamp",
      "deprecatedLastTimestamp", "lastTimestamp",
      "deprecatedCount", "count");

  private EventForms() {}

  public static ObjectNode toStored(ResourceType type, ObjectNode object) {
    return type.group().equals("events.k8s.io") ? toCore(object) : object;
  }

  public static ObjectNode toShown(ResourceType type, ObjectNode stored) {
    String apiVersion = type.apiVersion();
    if (stored.path("apiVersion").asText().equals(apiVersion)) {
      return stored;
    }
    ObjectNode shown =
        type.group().equals("events.k8s.io") ? toEventsApi(stored) : stored.deepCopy();
    return shown.put("apiVersion", apiVersion);
  }

  private static ObjectNode toCore(ObjectNode event) {
    ObjectNode core = event.deepCopy();
    TO_CORE.forEach((from, to) -> rename(core, from, to));
    return core.put("apiVersion", "v1");
  }

  private static ObjectNode toEventsApi(ObjectNode core) {
    ObjectNode event = core.deepCopy();
    TO_CORE.forEach((to, from) -> rename(event, from, to));
    return event;
  }

  private static void rename(ObjectNode object, String from, String to) {
    if (object.has(from)) {
      object.set(to, object.remove(from));
    }
  }
}
