package io.tierkeeper.lab.kubeapi.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.Discovery;
import io.tierkeeper.lab.kubeapi.resource.EventForms;
import io.tierkeeper.lab.kubeapi.resource.ObjectKey;
import io.tierkeeper.lab.kubeapi.resource.ResourcePath;
import io.tierkeeper.lab.kubeapi.resource.ResourceType;
import io.tierkeeper.lab.kubeapi.resource.ResourceTypes;
import io.tierkeeper.lab.kubeapi.resource.Reviews;
import io.tierkeeper.lab.kubeapi.resource.TableAnswer;
import io.tierkeeper.lab.kubeapi.store.Deletion;
import io.tierkeeper.lab.kubeapi.store.ObjectStore;
import io.tierkeeper.lab.kubeapi.store.ResourceWriter;
import io.tierkeeper.lab.kubeapi.store.WriteOptions;
import io.tierkeeper.lab.kubeapi.store.WriteTarget;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers each request: discovery, reviews, reads, writes and watches, with a Status object for every error. */
public final class ApiDispatcher {
  private static final Logger log = LoggerFactory.getLogger(ApiDispatcher.class);

  private final ObjectStore store = new ObjectStore();
  private final ResourceTypes types;
  private final Discovery discovery;
  private final TableAnswer tables;
  private final ResourceWriter writer;

  public ApiDispatcher(Clock clock, Supplier<String> ids) {
    this(new ResourceTypes(), clock, ids);
  }

  /** An API that serves these kinds from the beginning. */
  public ApiDispatcher(ResourceTypes types, Clock clock, Supplier<String> ids) {
    this.types = types;
    discovery = new Discovery(types);
    tables = new TableAnswer(clock);
    writer = new ResourceWriter(store, types, clock, ids);
  }

  /**
   * What goes back.
   *
   * @param code the HTTP code
   * @param body the object
   * @param warnings for Warning headers
   */
  public record Answer(int code, JsonNode body, List<String> warnings) {
    static Answer of(int code, JsonNode body) {
      return new Answer(code, body, List.of());
    }
  }

  /** Creates a namespace, as the API server does for its own at start. */
  public void createNamespace(String name) {
    ObjectNode namespace = Json.object();
    namespace.putObject("metadata").put("name", name);
    writer.create(
        ResourceTypes.NAMESPACES,
        null,
        namespace,
        new WriteOptions("kube-apiserver", false, false, "Strict", new ArrayList<>()));
  }

  /** The kinds that are served now. */
  public ResourceTypes types() {
    return types;
  }

  /** Answers anything but a watch; never throws. */
  public Answer answer(ApiRequest request) {
    try {
      return dispatch(request);
    } catch (ApiError e) {
      return Answer.of(e.code(), e.toStatus());
    } catch (RuntimeException e) {
      log.error("{} {} failed", request.method(), request.path(), e);
      ApiError error = new ApiError(500, "InternalError", "Internal error occurred: " + e);
      return Answer.of(500, error.toStatus());
    }
  }

  /**
   * Starts a watch.
   *
   * @return what ends it
   * @throws ApiError when the path or a selector is wrong
   */
  public Runnable watch(ApiRequest request, ObjectStore.Sink sink) {
    ResourcePath path = require(request);
    ResourceType type = types.require(path);
    Predicate<ObjectNode> selection = Selectors.of(request);
    if (path.name() != null) {
      selection = selection.and(object -> object.at("/metadata/name").asText().equals(path.name()));
    }
    ObjectStore.Watch watch = new ObjectStore.Watch(
        type.storageGroup(),
        type.plural(),
        path.namespace(),
        selection,
        (kind, object) -> sink.send(kind, shown(request, type, kind, object)));
    boolean initialEvents = request.flag("sendInitialEvents");
    synchronized (store) {
      store.watch(watch, initialEvents ? null : since(request));
      if (initialEvents) {
        ObjectNode bookmark =
            Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        ObjectNode metadata = bookmark.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(store.resourceVersion()));
        metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        sink.send("BOOKMARK", bookmark);
      }
    }
    return () -> store.unwatch(watch);
  }

  private static @Nullable Long since(ApiRequest request) {
    String version = request.query().getOrDefault("resourceVersion", "");
    if (version.isEmpty() || version.equals("0")) {
      return null;
    }
    try {
      return Long.valueOf(version);
    } catch (NumberFormatException e) {
      throw ApiError.badRequest(
          "resourceVersion: Invalid value: \"" + version + "\": must be a number");
    }
  }

  private ObjectNode shown(ApiRequest request, ResourceType type, String kind, ObjectNode object) {
    ObjectNode form = EventForms.toShown(type, object);
    return request.wantsTable() && !kind.equals("BOOKMARK")
        ? tables.of(
            type,
            List.of(form),
            form.at("/metadata/resourceVersion").asText(),
            request.query().getOrDefault("includeObject", "Metadata"))
        : form;
  }

  private Answer dispatch(ApiRequest request) {
    if (List.of("/healthz", "/livez", "/readyz").contains(request.path())) {
      return Answer.of(200, com.fasterxml.jackson.databind.node.TextNode.valueOf("ok"));
    }
    if (request.method().equals("GET")) {
      ObjectNode known = discovery.answer(request.path());
      if (known != null) {
        return Answer.of(200, known);
      }
    }
    ResourcePath path = require(request);
    if (Reviews.GROUPS.contains(path.group())) {
      // kubectl sends reviews as protobuf; their content does not matter, as everything is allowed
      boolean readable = !mediaType(request).contains("protobuf");
      return Answer.of(
          201,
          Reviews.answer(path, readable ? Json.parseObject(request.body()) : Reviews.empty(path)));
    }
    ResourceType type = types.require(path);
    checkScope(type, path);
    String name = path.name();
    if (name == null) {
      return onCollection(request, path, type);
    }
    if (path.subresource() != null
        && !(path.subresource().equals("status") && type.statusSubresource())) {
      throw ApiError.noSuchPath();
    }
    return onObject(request, path, type, ObjectKey.of(type, path.namespace(), name));
  }

  private static void checkScope(ResourceType type, ResourcePath path) {
    boolean wrong = type.namespaced()
        ? path.namespace() == null && path.name() != null
        : path.namespace() != null;
    if (wrong) {
      throw ApiError.noSuchPath();
    }
  }

  private Answer onCollection(ApiRequest request, ResourcePath path, ResourceType type) {
    return switch (request.method()) {
      case "GET" -> list(request, path, type);
      case "POST" -> {
        WriteOptions options = request.writeOptions();
        ObjectNode body = EventForms.toStored(type, Json.parseObject(body(request)));
        ObjectNode created = writer.create(stored(type), path.namespace(), body, options);
        yield new Answer(201, EventForms.toShown(type, created), options.warnings());
      }
      case "DELETE" -> deleteCollection(request, path, type);
      default -> throw ApiError.methodNotAllowed(request.method());
    };
  }

  private Answer onObject(ApiRequest request, ResourcePath path, ResourceType type, ObjectKey key) {
    return switch (request.method()) {
      case "GET" -> {
        ObjectNode object = store.get(key);
        if (object == null) {
          throw ApiError.notFound(type, key.name());
        }
        yield Answer.of(200, shown(request, type, "", object));
      }
      case "PUT" -> {
        WriteOptions options = request.writeOptions();
        ObjectNode body = EventForms.toStored(type, Json.parseObject(body(request)));
        ObjectNode updated = writer.update(target(path, type, key), body, options);
        yield new Answer(200, EventForms.toShown(type, updated), options.warnings());
      }
      case "PATCH" -> patch(request, path, type, key);
      case "DELETE" -> delete(request, path, type, key);
      default -> throw ApiError.methodNotAllowed(request.method());
    };
  }

  private Answer patch(ApiRequest request, ResourcePath path, ResourceType type, ObjectKey key) {
    WriteOptions options = request.writeOptions();
    String mediaType = mediaType(request);
    if (mediaType.equals("application/apply-patch+yaml")) {
      if (request.fieldManager().equals("unknown")
          || !request.query().containsKey("fieldManager")) {
        throw ApiError.badRequest(
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required"
                + " for apply patch");
      }
      ObjectNode wanted = EventForms.toStored(type, Json.parseObject(request.body()));
      ResourceWriter.Applied applied = writer.apply(target(path, type, key), wanted, options);
      return new Answer(
          applied.created() ? 201 : 200,
          EventForms.toShown(type, applied.object()),
          options.warnings());
    }
    ObjectNode patched = writer.patch(target(path, type, key), mediaType, request.body(), options);
    return new Answer(200, EventForms.toShown(type, patched), options.warnings());
  }

  private Answer list(ApiRequest request, ResourcePath path, ResourceType type) {
    synchronized (store) {
      List<ObjectNode> found = store
          .list(type.storageGroup(), type.plural(), path.namespace(), Selectors.of(request))
          .stream()
          .map(object -> EventForms.toShown(type, object))
          .toList();
      String version = Long.toString(store.resourceVersion());
      if (request.wantsTable()) {
        return Answer.of(
            200,
            tables.of(
                type, found, version, request.query().getOrDefault("includeObject", "Metadata")));
      }
      return Answer.of(200, listOf(type, found, version));
    }
  }

  private static ObjectNode listOf(ResourceType type, List<ObjectNode> objects, String version) {
    ObjectNode list =
        Json.object().put("kind", type.kind() + "List").put("apiVersion", type.apiVersion());
    list.putObject("metadata").put("resourceVersion", version);
    ArrayNode items = list.putArray("items");
    objects.forEach(items::add);
    return list;
  }

  private Answer delete(ApiRequest request, ResourcePath path, ResourceType type, ObjectKey key) {
    JsonNode options = request.body().isBlank() ? Json.object() : Json.parse(body(request));
    boolean dryRun = request.dryRun() || options.path("dryRun").toString().contains("All");
    Deletion.Deleted deleted =
        writer.delete(target(path, type, key), options, dryRun, orphans(request, options));
    if (!deleted.gone()) {
      return Answer.of(200, EventForms.toShown(type, deleted.object()));
    }
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    ObjectNode details = ApiError.details(type, key.name())
        .put("uid", deleted.object().at("/metadata/uid").asText());
    status.put("status", "Success").set("details", details);
    return Answer.of(200, status);
  }

  private Answer deleteCollection(ApiRequest request, ResourcePath path, ResourceType type) {
    JsonNode options = request.body().isBlank() ? Json.object() : Json.parse(body(request));
    List<ObjectNode> deleted = new ArrayList<>();
    synchronized (store) {
      for (ObjectNode object :
          store.list(type.storageGroup(), type.plural(), path.namespace(), Selectors.of(request))) {
        ObjectKey key = ObjectKey.of(
            type,
            Json.text(object.path("metadata"), "namespace"),
            object.at("/metadata/name").asText());
        if (store.get(key) != null) {
          Deletion.Deleted one = writer.delete(
              target(path, type, key), Json.object(), request.dryRun(), orphans(request, options));
          deleted.add(EventForms.toShown(type, one.object()));
        }
      }
      return Answer.of(200, listOf(type, deleted, Long.toString(store.resourceVersion())));
    }
  }

  private static boolean orphans(ApiRequest request, JsonNode options) {
    String policy = options
        .path("propagationPolicy")
        .asText(request.query().getOrDefault("propagationPolicy", ""));
    return policy.equals("Orphan");
  }

  private WriteTarget target(ResourcePath path, ResourceType type, ObjectKey key) {
    return new WriteTarget(stored(type), key, path.subresource());
  }

  /** Both event APIs are kept in the core form. */
  private ResourceType stored(ResourceType type) {
    if (!type.group().equals("events.k8s.io")) {
      return type;
    }
    return types.require(new ResourcePath("", "v1", "events", null, null, null));
  }

  private static String body(ApiRequest request) {
    String mediaType = mediaType(request);
    if (!mediaType.isEmpty() && !mediaType.contains("json") && !mediaType.contains("yaml")) {
      throw ApiError.unsupportedMediaType(mediaType);
    }
    return request.body();
  }

  private static String mediaType(ApiRequest request) {
    int end = request.contentType().indexOf(';');
    return (end < 0 ? request.contentType() : request.contentType().substring(0, end)).strip();
  }

  private static ResourcePath require(ApiRequest request) {
    ResourcePath path = request.resourcePath();
    if (path == null) {
      throw ApiError.noSuchPath();
    }
    return path;
  }
}
