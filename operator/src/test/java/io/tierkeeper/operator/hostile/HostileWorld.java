package io.tierkeeper.operator.hostile;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.testbed.KubernetesBackend;
import io.tierkeeper.lab.testbed.OperatorAccount;
import io.tierkeeper.operator.TestCollection;
import io.tierkeeper.operator.TierkeeperOperator;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.NullUnmarked;

/** A running operator, its API and an emulated Qdrant, with objects as plain JSON so that anything can be sent. */
@NullUnmarked
final class HostileWorld implements AutoCloseable {
  static final String REQUEST = "tierkeeper.io/requestedAt";
  private static final ObjectMapper JSON = Serialization.jsonMapper();

  final String namespace;
  final TierkeeperOperator operator;
  final AtomicBoolean lostLease = new AtomicBoolean();
  final AtomicLong rejected = new AtomicLong();
  private final KubernetesClient client;
  private final KubernetesClient account;
  private final Cluster quiet = new Cluster();

  /** Where tenants move, so that the others do not wait for them. */
  private final Cluster busy = new Cluster();

  private final AtomicLong next = new AtomicLong(1);

  HostileWorld(KubernetesBackend kubernetes, Path audit) {
    kubernetes.applyCrds(Crds.all());
    client = kubernetes.client();
    namespace = kubernetes.newNamespace("hostile");
    account = OperatorAccount.client(kubernetes, namespace);
    operator = TierkeeperOperator.start(
        account,
        OperatorOptions.defaults()
            .withInstance("hostile")
            .withNamespaces(namespace)
            .withVersion("test")
            .withAuditDirectory(audit)
            .withHttp("127.0.0.1", 0)
            .withPace(Pace.brisk().withEvaluateEvery(null).withSettle(Duration.ofMillis(50)))
            .withLeaderElection(LeaderElection.disabled())
            .withOnLostLease(() -> lostLease.set(true))
            .withQdrant(endpoints -> GrpcQdrant.connect(new QdrantEndpoints(
                endpoints.endpoints(),
                restPorts(endpoints.endpoints()),
                endpoints.apiKey(),
                null,
                null,
                null,
                Duration.ofSeconds(4)))));
  }

  /** The emulator's peers share a host, so each has a REST port of its own. */
  private List<Integer> restPorts(List<URI> endpoints) {
    return Stream.of(quiet, busy)
        .filter(cluster -> cluster.endpoints().equals(endpoints))
        .findFirst()
        .map(Cluster::restPorts)
        .orElseGet(() -> endpoints.stream().map(any -> 1).toList());
  }

  /** The peers that hold a collection, as a TieredCollection names them. */
  String endpoints(String collection) {
    return of(collection).endpoints().stream()
        .map(endpoint -> "\"" + endpoint + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  // ---- Qdrant

  private static final class Cluster implements AutoCloseable {
    private final EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
    private final QdrantCluster connection =
        GrpcQdrant.connect(QdrantEndpoints.plain(endpoints(), restPorts()));

    List<URI> endpoints() {
      return qdrant.peers().stream().map(EmulatedPeer::grpcEndpoint).toList();
    }

    List<Integer> restPorts() {
      return qdrant.peers().stream().map(EmulatedPeer::restPort).toList();
    }

    @Override
    public void close() {
      connection.close();
      qdrant.close();
    }
  }

  private Cluster of(String collection) {
    return collection.startsWith(MoveIsle.PREFIX) ? busy : quiet;
  }

  private QdrantWrites port(String collection) {
    return of(collection).connection.peers().get(0);
  }

  void createCollection(String name) {
    TestCollection.create(port(name), name);
  }

  void write(String collection, String tenant, int points) {
    new TestCollection(port(collection), collection)
        .write(TenantId.of(tenant), next.getAndAdd(points), points);
  }

  long count(String collection, String tenant) {
    return new TestCollection(port(collection), collection).count(tenant);
  }

  /** Takes the tenant's points and its shard key away. */
  void dropTenant(String collection, String tenant) {
    port(collection)
        .delete(
            collection,
            TestCollection.selector(TenantId.of(tenant)),
            TestCollection.filter(tenant),
            true);
    try {
      port(collection).deleteShardKey(collection, ShardKey.of(tenant));
    } catch (QdrantException e) {
      // It had none.
    }
  }

  List<String> breaches() {
    return Stream.of(quiet, busy)
        .flatMap(cluster -> cluster.qdrant.violations().stream())
        .map(Object::toString)
        .toList();
  }

  // ---- objects

  static ObjectNode object(String kind, String name, ObjectNode spec) {
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", "tierkeeper.io/v1alpha1").put("kind", kind);
    object.putObject("metadata").put("name", name);
    object.set("spec", spec);
    return object;
  }

  static ObjectNode yaml(String text) {
    return (ObjectNode) Serialization.unmarshal("---\n" + text, JsonNode.class);
  }

  private Resource<GenericKubernetesResource> at(String kind, String name) {
    return client
        .genericKubernetesResources(new ResourceDefinitionContext.Builder()
            .withGroup("tierkeeper.io")
            .withVersion("v1alpha1")
            .withKind(kind)
            .withPlural(plural(kind))
            .withNamespaced(true)
            .build())
        .inNamespace(namespace)
        .withName(name);
  }

  private static String plural(String kind) {
    return kind.equals("TierPolicy")
        ? "tierpolicies"
        : kind.toLowerCase(java.util.Locale.ROOT) + "s";
  }

  /** The object; empty where there is none. */
  Optional<ObjectNode> get(String kind, String name) {
    return Optional.ofNullable(at(kind, name).get()).map(JSON::<ObjectNode>valueToTree);
  }

  /** Creates it; the refusal where the API server refuses. */
  Optional<String> create(ObjectNode object) {
    return refusal(() -> client
        .resource(JSON.convertValue(object, GenericKubernetesResource.class))
        .inNamespace(namespace)
        .create());
  }

  /** Puts another spec in place; the refusal where the API server refuses. */
  Optional<String> replaceSpec(String kind, String name, JsonNode spec) {
    return refusal(
        () -> at(kind, name).patch(PatchContext.of(PatchType.JSON), replacing("spec", spec)));
  }

  /** Puts another status in place, as a client with the rights for it can. */
  Optional<String> replaceStatus(String kind, String name, JsonNode status) {
    return refusal(() -> at(kind, name)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON), replacing("status", status)));
  }

  void merge(String kind, String name, JsonNode patch) {
    at(kind, name).patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
  }

  /** Deletes it and waits until it is gone; takes off what holds it after a while. */
  void delete(String kind, String name) {
    at(kind, name).delete();
    if (!becomes(Duration.ofSeconds(3), kind, name, Optional::isEmpty)) {
      merge(kind, name, yaml("{metadata: {finalizers: null}}"));
      becomes(Duration.ofSeconds(3), kind, name, Optional::isEmpty);
    }
  }

  private static String replacing(String field, JsonNode value) {
    ArrayNode patch = JSON.createArrayNode();
    patch.addObject().put("op", "add").put("path", "/" + field).set("value", value);
    return patch.toString();
  }

  private Optional<String> refusal(Runnable write) {
    try {
      write.run();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 422 || e.getCode() == 400) {
        rejected.incrementAndGet();
        return Optional.of(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  // ---- waiting

  /** Asks for an evaluation by annotation; answers the token. */
  String request(String kind, String name) {
    String token = "r" + next.incrementAndGet();
    merge(kind, name, yaml("{metadata: {annotations: {" + REQUEST + ": " + token + "}}}"));
    return token;
  }

  boolean becomes(
      Duration longest, String kind, String name, Predicate<Optional<ObjectNode>> wanted) {
    try {
      await()
          .atMost(longest)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(25))
          .until(() -> wanted.test(get(kind, name)));
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  static boolean observed(ObjectNode object) {
    return object.at("/status/observedGeneration").asLong(-1)
        >= object.at("/metadata/generation").asLong();
  }

  static boolean answered(ObjectNode object, String token) {
    return object.at("/status/lastHandledRequest").asText().equals(token);
  }

  /** The condition of a type; a missing node where there is none. */
  static JsonNode condition(JsonNode object, String type) {
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    return JSON.missingNode();
  }

  /** A status without times, counters and the numbers that depend on the past. */
  static String atRest(JsonNode object) {
    JsonNode status = object.path("status").deepCopy();
    still(status);
    List<String> conditions = new ArrayList<>();
    status.path("conditions").forEach(condition -> conditions.add(condition.toString()));
    if (status instanceof ObjectNode fields) {
      fields.remove("conditions");
    }
    conditions.sort(String::compareTo);
    return JSON.convertValue(status, java.util.TreeMap.class) + " " + conditions;
  }

  private static void still(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(List.of(
          "observedGeneration",
          "lastTransitionTime",
          "lastHandledRequest",
          "since",
          "earliest",
          "current",
          "audit",
          "alphaStar",
          "dampedMass",
          "summary",
          "planHash"));
    }
    node.forEach(HostileWorld::still);
  }

  @Override
  public void close() {
    operator.close();
    if (account != client) {
      account.close();
    }
    quiet.close();
    busy.close();
  }
}
