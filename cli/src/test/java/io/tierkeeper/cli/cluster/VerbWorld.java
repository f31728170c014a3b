package io.tierkeeper.cli.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.lab.testbed.KubernetesBackend;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.launcher.Main;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import picocli.CommandLine;

/** A namespace of a Kubernetes API with resources as an operator leaves them, and verbs that run in it. */
@NullUnmarked
final class VerbWorld {

  static final String HASH =
      "sha256:7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3a";

  /** What a command printed, and its exit code. */
  record Ran(int code, String out, String err) {}

  final KubernetesBackend kubernetes;
  final KubernetesClient client;
  final String namespace;
  private final Path kubeconfig;

  VerbWorld(Path directory) {
    this(directory, KubernetesBackends.embedded());
  }

  VerbWorld(Path directory, KubernetesBackend kubernetes) {
    this.kubernetes = kubernetes;
    kubernetes.applyCrds(Crds.all());
    client = kubernetes.client();
    namespace = kubernetes.newNamespace("verbs");
    try {
      kubeconfig = Files.writeString(
          directory.resolve("kubeconfig"),
          kubernetes.kubeconfig().replace("namespace: default", "namespace: " + namespace));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Runs a command line. */
  Ran run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), here(words));
    return new Ran(code, lines(out), lines(err));
  }

  /** Runs a verb whose fields a test has set. */
  Ran run(ClusterVerb verb, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.line();
    String name = new CommandLine(verb).getCommandName();
    line.getCommandSpec().removeSubcommand(name);
    line.addSubcommand(verb).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    List<String> all = new ArrayList<>(List.of(words));
    all.addFirst(name);
    int code = line.execute(here(all.toArray(String[]::new)));
    return new Ran(code, lines(out), lines(err));
  }

  private static String lines(StringWriter writer) {
    return writer.toString().replace(System.lineSeparator(), "\n");
  }

  private String[] here(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--kubeconfig", kubeconfig.toString(), "-n", namespace));
    return all.toArray(String[]::new);
  }

  /** What a command prints that needs no cluster. */
  static String plain(String... words) {
    StringWriter out = new StringWriter();
    Main.run(new PrintWriter(out, true), new PrintWriter(out, true), words);
    return lines(out);
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  /** Stores resources with their statuses, each YAML document one. */
  void store(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .items()
        .forEach(this::store);
  }

  private void store(HasMetadata item) {
    client.resource(item).inNamespace(namespace).create();
    if (item instanceof GenericKubernetesResource generic
        && generic.getAdditionalProperties().containsKey("status")) {
      client
          .resource(item)
          .inNamespace(namespace)
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              Serialization.asJson(
                  Map.of("status", generic.getAdditionalProperties().get("status"))));
    }
  }

  TierMove move(String name) {
    return client
        .resources(TierMove.class)
        .inNamespace(namespace)
        .withName(name)
        .get();
  }

  TenantTier tenant(String name) {
    return client
        .resources(TenantTier.class)
        .inNamespace(namespace)
        .withName(name)
        .get();
  }

  TieredCollection collection() {
    return client
        .resources(TieredCollection.class)
        .inNamespace(namespace)
        .withName("kb")
        .get();
  }

  /** A policy and an evaluated collection with its biggest tenants. */
  void collection(String mode, UnaryOperator<String> change) {
    store("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierPolicy
        metadata: {name: standard}
        spec:
          mode: %s
          promote: {aboveShare: "0.15", stabilizationWindow: 30m}
          demote: {belowShare: "0.05", stabilizationWindow: 24h}
          retain: {sourceFor: 24h}
        """.formatted(mode));
    store(change.apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: kb}
        spec:
          qdrant: {endpoints: ["http://qdrant-0:6334"]}
          collection: knowledge_base
          tenantKey: group_id
          fallbackShardKey: default
          policyRef: {name: standard}
        status:
          observedGeneration: 1
          mode: %s
          tenants: 1243
          dedicated: 1
          fallback: {points: 812345, peer: "1", replicas: 1}
          topTenants:
          - {tenant: acme, tier: Fallback, points: 151022, observedMass: "0.183452", dampedMass: "0.171020", alphaStar: "0.480123", advice: Promote}
          - {tenant: globex, tier: Dedicated, points: 90000, observedMass: "0.110000", dampedMass: "0.109000", alphaStar: "0.500000", advice: Hold}
          - {tenant: initech, tier: Fallback, points: 160000, observedMass: "0.190000", dampedMass: "0.180000", alphaStar: "0.500000", advice: Promote}
          conditions:
          - {type: Ready, status: "True", reason: Ready, message: Tenants are evaluated., lastTransitionTime: "2026-11-21T00:00:00Z", observedGeneration: 1}
        """.formatted(mode)));
  }

  /** A tenant with a TenantTier. */
  void tenant(String name, String tier, String advice, String gates) {
    store("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TenantTier
        metadata: {name: kb-%1$s}
        spec: {collectionRef: {name: kb}, tenant: %1$s}
        status:
          observedGeneration: 1
          tier: %2$s
          points: 151022
          observedMass: "0.183452"
          dampedMass: "0.171020"
          alphaStar: "0.480123"
          advice: {action: %3$s, reason: BetweenThresholds, since: "2026-11-21T00:00:00Z"}
          gates: [%4$s]
          conditions:
          - {type: Ready, status: "True", reason: Ready, message: The thresholds give no reason to leave the present tier., lastTransitionTime: "2026-11-21T00:00:00Z", observedGeneration: 1}
        """.formatted(name, tier, advice, gates));
  }

  /** The TierMove kb-acme-promote-7f3a. */
  void promotion(String phase, String more) {
    store("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierMove
        metadata: {name: kb-acme-promote-7f3a}
        spec:
          collectionRef: {name: kb}
          tenant: acme
          direction: Promote
          planHash: "%s"
          plan:
            points: 151022
            bytes: 232783872
            estimatedSeconds: 86501
            peers: ["1", "2"]
            newSegments: 4
            steps: [Preflight, CreateKey, Replicate, AwaitActive, Settle, Verify, Retain, DeleteSource]
            policy: {name: standard, generation: 3}
            inputs: {replicationFactor: "2", verify: CONTENT}
        status:
          observedGeneration: 1
          phase: %s
        %s
        """.formatted(HASH, phase, more.indent(2)));
  }
}
