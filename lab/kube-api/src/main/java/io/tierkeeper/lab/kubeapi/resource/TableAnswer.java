package io.tierkeeper.lab.kubeapi.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows and columns that {@code kubectl get} prints. */
public final class TableAnswer {
  private static final ResourceType.Column AGE =
      new ResourceType.Column("Age", "date", 0, ".metadata.creationTimestamp");

  private final Clock clock;

  public TableAnswer(Clock clock) {
    this.clock = clock;
  }

  static List<ResourceType.Column> customColumns(JsonNode printerColumns) {
    if (printerColumns.isEmpty()) {
      return List.of(AGE);
    }
    List<ResourceType.Column> columns = new ArrayList<>();
    printerColumns.forEach(column -> columns.add(new ResourceType.Column(
        column.path("name").asText(),
        column.path("type").asText("string"),
        column.path("priority").asInt(),
        column.path("jsonPath").asText())));
    return columns;
  }

  static List<ResourceType.Column> builtInColumns(String kind) {
    return switch (kind) {
      case "Namespace" ->
        List.of(new ResourceType.Column("Status", "string", 0, ".status.phase"), AGE);
      case "Lease" ->
        List.of(new ResourceType.Column("Holder", "string", 0, ".spec.holderIdentity"), AGE);
      case "Secret" -> List.of(new ResourceType.Column("Type", "string", 0, ".type"), AGE);
      case "CustomResourceDefinition" ->
        List.of(new ResourceType.Column("Created At", "string", 0, ".metadata.creationTimestamp"));
      case "Event" ->
        List.of(
            new ResourceType.Column("Last Seen", "date", 0, ".metadata.creationTimestamp"),
            new ResourceType.Column("Type", "string", 0, ".type"),
            new ResourceType.Column("Reason", "string", 0, ".reason"),
            new ResourceType.Column("Object", "string", 0, ".involvedObject.name"),
            new ResourceType.Column("Message", "string", 0, ".message"));
      default -> List.of(AGE);
    };
  }

  /** A table of the objects; each row has the object's metadata, or the whole object with {@code includeObject=Object}. */
  public ObjectNode of(
      ResourceType type, List<ObjectNode> objects, String resourceVersion, String includeObject) {
    ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    table.putObject("metadata").put("resourceVersion", resourceVersion);
    ArrayNode definitions = table.putArray("columnDefinitions");
    definition(definitions, "Name", "string", "name", 0);
    type.columns()
        .forEach(column -> definition(
            definitions,
            column.name(),
            column.type().equals("date") ? "string" : column.type(),
            "",
            column.priority()));
    ArrayNode rows = table.putArray("rows");
    for (ObjectNode object : objects) {
      ObjectNode row = rows.addObject();
      ArrayNode cells = row.putArray("cells");
      cells.add(object.at("/metadata/name").asText());
      type.columns().forEach(column -> cell(cells, object, column));
      if (includeObject.equals("Object")) {
        row.set("object", object);
      } else if (!includeObject.equals("None")) {
        ObjectNode partial = row.putObject("object")
            .put("kind", "PartialObjectMetadata")
            .put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.path("metadata"));
      }
    }
    return table;
  }

  private static void definition(
      ArrayNode definitions, String name, String type, String format, int priority) {
    definitions
        .addObject()
        .put("name", name)
        .put("type", type)
        .put("format", format)
        .put("description", name)
        .put("priority", priority);
  }

  private void cell(ArrayNode cells, ObjectNode object, ResourceType.Column column) {
    Optional<JsonNode> value = PrinterPath.first(object, column.path());
    if (value.isEmpty()) {
      // the real server prints nothing for an absent string and <none> or <unknown> is kubectl's
      // own word
      cells.addNull();
    } else if (column.type().equals("date")) {
      cells.add(age(value.get().asText()));
    } else if (value.get().isContainerNode()) {
      cells.add(value.get().toString());
    } else if (column.type().equals("string")) {
      cells.add(value.get().asText());
    } else {
      cells.add(value.get());
    }
  }

  private String age(String timestamp) {
    try {
      return humanDuration(Duration.between(Instant.parse(timestamp), clock.instant()));
    } catch (DateTimeException e) {
      return "<invalid>";
    }
  }

  /** A duration as kubectl shows it, such as {@code 3m20s}, {@code 5h} or {@code 2d4h}. */
  static String humanDuration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds <= 0) {
      return "0s";
    }
    if (seconds < 120) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 10) {
      return minutes + "m" + rest(seconds % 60, "s");
    }
    if (minutes < 180) {
      return minutes + "m";
    }
    long hours = minutes / 60;
    if (hours < 8) {
      return hours + "h" + rest(minutes % 60, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    long days = hours / 24;
    if (days < 8) {
      return days + "d" + rest(hours % 24, "h");
    }
    if (days < 730) {
      return days + "d";
    }
    long years = days / 365;
    return years < 8 ? years + "y" + rest(days % 365, "d") : years + "y";
  }

  private static String rest(long amount, String unit) {
    return amount == 0 ? "" : amount + unit;
  }
}
