package io.tierkeeper.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.lab.kubeapi.EmbeddedKubernetes;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The Kubernetes API and the Qdrant of the demo, each embedded or given by the options. */
final class DemoStage implements AutoCloseable {

  private static final List<String> MANIFESTS =
      List.of("policy.yaml", "collection.yaml", "tenants.yaml");

  private static final long MAX_START_SECONDS = 30;

  private final DemoOptions options;
  private final Narrator narrator;
  private final @Nullable EmbeddedKubernetes embedded;
  private final KubernetesClient kubernetes;
  private final @Nullable EmulatedQdrant emulated;
  private final Map<URI, Integer> restPorts = new TreeMap<>();
  private final QdrantCluster cluster;
  private final List<GenericKubernetesResource> applied = new ArrayList<>();

  DemoStage(DemoOptions options, Narrator narrator) {
    this.options = options;
    this.narrator = narrator;
    Path kubeconfig = options.kubeconfig();
    embedded = kubeconfig == null ? EmbeddedKubernetes.start() : null;
    kubernetes = embedded != null
        ? embedded.client()
        : new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Objects.requireNonNull(kubeconfig).toFile()))
            .build();
    narrator.event(
        "kubernetes",
        (embedded != null ? "embedded API at " : "API at ") + kubernetes.getMasterUrl());
    emulated = options.qdrant().isEmpty() ? EmulatedQdrant.start(EmulatorOptions.defaults()) : null;
    if (emulated != null) {
      for (EmulatedPeer peer : emulated.peers()) {
        restPorts.put(peer.grpcEndpoint(), peer.restPort());
      }
    } else {
      for (int i = 0; i < options.qdrant().size(); i++) {
        restPorts.put(
            options.qdrant().get(i),
            options.restPorts().get(options.restPorts().size() == 1 ? 0 : i));
      }
    }
    cluster = GrpcQdrant.connect(
        QdrantEndpoints.plain(List.copyOf(restPorts.keySet()), List.copyOf(restPorts.values()))
            .apiKey(options.apiKey()));
    narrator.event(
        "qdrant",
        (emulated != null ? "embedded peers, gRPC at " : "peers, gRPC at ") + restPorts.keySet());
  }

  QdrantCluster qdrant() {
    return cluster;
  }

  KubernetesClient kubernetes() {
    return kubernetes;
  }

  /** Connects the operator to Qdrant: a TieredCollection has one REST port for all peers, here each has its own. */
  QdrantCluster connect(QdrantEndpoints wanted) {
    List<Integer> ports = new ArrayList<>();
    for (URI endpoint : wanted.endpoints()) {
      Integer known = restPorts.get(endpoint);
      ports.add(known == null ? wanted.restPorts().getFirst() : known);
    }
    return GrpcQdrant.connect(new QdrantEndpoints(
        wanted.endpoints(),
        ports,
        wanted.apiKey() == null ? options.apiKey() : wanted.apiKey(),
        wanted.trustedCa(),
        wanted.clientCertificate(),
        wanted.clientKey(),
        wanted.deadline()));
  }

  /** Applies the CRDs and the manifests of examples/quickstart, with the endpoints of this Qdrant. */
  void applyManifests() throws IOException {
    PatchContext apply = new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager("tierkeeper-demo")
        .withForce(true)
        .build();
    Crds.all().forEach(crd -> kubernetes.resource(crd).patch(apply));
    for (CustomResourceDefinition crd : Crds.all()) {
      // A real API server takes a moment to serve a new kind.
      kubernetes
          .resource(crd)
          .waitUntilCondition(DemoStage::established, MAX_START_SECONDS, TimeUnit.SECONDS);
    }
    for (String name : MANIFESTS) {
      for (GenericKubernetesResource manifest : manifests(name)) {
        kubernetes
            .genericKubernetesResources(manifest.getApiVersion(), manifest.getKind())
            .inNamespace(Demo.NAMESPACE)
            .resource(manifest)
            .create();
        applied.add(manifest);
        narrator.event(
            "apply", manifest.getKind() + "/" + manifest.getMetadata().getName() + " created");
      }
    }
  }

  private static boolean established(@Nullable CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(condition -> condition.getType().equals("Established")
                && condition.getStatus().equals("True"));
  }

  private List<GenericKubernetesResource> manifests(String name) throws IOException {
    try (InputStream in = DemoStage.class.getResourceAsStream("/examples/quickstart/" + name)) {
      if (in == null) {
        throw new IOException("resource examples/quickstart/" + name + " is missing");
      }
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<GenericKubernetesResource> found = new ArrayList<>();
      for (String document : yaml.split("(?m)^---\\s*$")) {
        if (document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"))) {
          ObjectNode node = (ObjectNode) Serialization.unmarshal(document, JsonNode.class);
          if ("TieredCollection".equals(node.path("kind").asText())) {
            ObjectNode qdrant = (ObjectNode) node.at("/spec/qdrant");
            ArrayNode endpoints = qdrant.putArray("endpoints");
            restPorts.keySet().forEach(endpoint -> endpoints.add(endpoint.toString()));
            qdrant.remove("restPort");
          }
          found.add(Serialization.unmarshal(node.toString(), GenericKubernetesResource.class));
        }
      }
      return found;
    }
  }

  /** Calls that no move may make, as recorded by the embedded Qdrant; a real one records none. */
  List<String> breaches() {
    return emulated == null
        ? List.of()
        : emulated.violations().stream().map(Object::toString).toList();
  }

  /** Prints the commands and addresses to connect with; writes a kubeconfig for the embedded API. */
  void printWaysIn() throws IOException {
    Path given = options.kubeconfig();
    Path kubeconfig = given == null ? options.directory().resolve("kubeconfig") : given;
    if (embedded != null) {
      Files.writeString(kubeconfig, embedded.kubeconfig());
    }
    narrator.plain("  kubectl --kubeconfig " + kubeconfig + " get tiering");
    narrator.plain("  tierkeeper explain acme --kubeconfig " + kubeconfig);
    qdrantPorts(restPorts, emulated != null).forEach(narrator::plain);
  }

  /**
   * What the ports of Qdrant speak.
   *
   * @param ports the REST port of each gRPC endpoint
   * @param emulator whether it is the emulator, whose REST API lacks most calls
   */
  static List<String> qdrantPorts(Map<URI, Integer> ports, boolean emulator) {
    List<String> lines = new ArrayList<>();
    ports.forEach((endpoint, rest) -> lines.add("  Qdrant: gRPC " + endpoint + ", REST http://"
        + endpoint.getHost() + ":" + rest + (emulator ? " (only in part)" : "")));
    if (emulator) {
      int grpc = ports.keySet().iterator().next().getPort();
      int rest = ports.values().iterator().next();
      lines.add("  These peers are an emulator. Clients use the gRPC ports; in Python");
      lines.add("    QdrantClient(host=\"127.0.0.1\", port=" + rest + ", grpc_port=" + grpc
          + ", prefer_grpc=True)");
      lines.add(
          "  REST has the cluster, telemetry and metrics, shard keys, shard snapshots, indexes, and upsert, query and deletion of points;");
      lines.add("  other calls are answered with 501.");
    }
    return lines;
  }

  @Override
  public void close() {
    if (emulated == null) {
      cluster.peers().getFirst().deleteCollection(Demo.COLLECTION);
    }
    cluster.close();
    if (emulated != null) {
      emulated.close();
    }
    if (embedded != null) {
      embedded.close();
      return;
    }
    // The cluster is left as it was, except for the CRDs, which others may use.
    applied.forEach(
        manifest -> kubernetes.resource(manifest).inNamespace(Demo.NAMESPACE).delete());
    kubernetes.resources(TierMove.class).inNamespace(Demo.NAMESPACE).list().getItems().stream()
        .filter(move -> move.getSpec().collectionRef() != null
            && Demo.COLLECTION_RESOURCE.equals(move.getSpec().collectionRef().name()))
        .forEach(move -> kubernetes.resource(move).delete());
    kubernetes.close();
  }
}
