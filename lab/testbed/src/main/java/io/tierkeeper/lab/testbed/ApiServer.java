package io.tierkeeper.lab.testbed;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A kube-apiserver with its etcd as processes of this machine, on the loopback interface, with RBAC in force and an audit
 * log. It has no nodes and no controllers: nothing is garbage collected, no namespace ever goes.
 *
 * <p>Started here and not by fabric8's kube-api-test, since that ends etcd with the API server: then no test could kill
 * and restart one.
 */
public final class ApiServer implements KubernetesBackend {
  private static final Duration MAX_START = Duration.ofSeconds(90);
  private static final String AUDIT_POLICY = """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - level: Metadata
      """;

  private final ApiServerBinaries binaries;
  private final Path directory;
  private final String adminToken = UUID.randomUUID().toString();
  private final int port;
  private final int etcdPort;
  private final Process etcd;
  private final KubernetesClient client;
  private volatile @Nullable Process server;

  private ApiServer(ApiServerBinaries binaries) throws IOException {
    this.binaries = binaries;
    directory = Files.createTempDirectory("tierkeeper-apiserver");
    List<Integer> ports = FreePorts.of(3);
    port = ports.get(0);
    etcdPort = ports.get(1);
    Files.writeString(directory.resolve("audit-policy.yaml"), AUDIT_POLICY);
    Files.writeString(
        directory.resolve("tokens.csv"), adminToken + ",admin,admin,\"system:masters\"\n");
    Files.writeString(directory.resolve("sa.key"), privateKey());
    etcd = startEtcd(ports.get(2));
    try {
      server = startServer();
      Poll.until(
          MAX_START,
          "the API server's certificate",
          () -> alive() && Files.isReadable(certificate()));
      client = new KubernetesClientBuilder().withConfig(config(adminToken)).build();
      awaitReady();
    } catch (RuntimeException e) {
      end();
      throw e;
    }
  }

  /**
   * Starts one of these binaries.
   *
   * @throws IllegalStateException when it does not come up; the message ends with its log
   */
  public static ApiServer start(ApiServerBinaries binaries) {
    try {
      return new ApiServer(binaries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String description() {
    return "kube-apiserver " + binaries.version() + " with etcd, processes of this machine";
  }

  @Override
  public boolean real() {
    return true;
  }

  @Override
  public boolean collectsGarbage() {
    return false;
  }

  @Override
  public KubernetesClient client() {
    return client;
  }

  /** The kubectl that belongs to it. */
  public Path kubectl() {
    return binaries.kubectl();
  }

  /** Where it listens on loopback. */
  public int port() {
    return port;
  }

  /** One line of JSON for each request that was answered. */
  public Path auditLog() {
    return directory.resolve("audit.log");
  }

  @Override
  public String kubeconfig() {
    return kubeconfig(adminToken, port);
  }

  /** For one who holds this token, on the way to the server through this port of the loopback interface. */
  public String kubeconfig(String token, int through) {
    return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: testbed
          cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}
        contexts:
        - name: testbed
          context: {cluster: testbed, user: bearer, namespace: default}
        current-context: testbed
        users:
        - name: bearer
          user: {token: "%s"}
        """.formatted(through, base64(certificate()), token);
  }

  /** A token of this ServiceAccount that is valid for an hour. */
  public String tokenOf(String namespace, String serviceAccount) {
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(serviceAccount)
        .tokenRequest(new TokenRequestBuilder()
            .withNewSpec()
            .withExpirationSeconds(3600L)
            .endSpec()
            .build())
        .getStatus()
        .getToken();
  }

  /** Ends the API server as a crash would; etcd stays. */
  public void kill() {
    Process running = server;
    if (running != null) {
      running.destroyForcibly().onExit().join();
      server = null;
    }
  }

  /** Starts it again after {@link #kill()}, on the same port with the same certificate; returns when it is ready. */
  public void restart() {
    try {
      server = startServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitReady();
  }

  @Override
  public void close() {
    client.close();
    end();
  }

  private void end() {
    kill();
    etcd.destroyForcibly().onExit().join();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process startEtcd(int peerPort) throws IOException {
    String own = "http://127.0.0.1:" + etcdPort;
    String peer = "http://127.0.0.1:" + peerPort;
    return run(
        binaries.etcd(),
        "etcd.log",
        "--data-dir=" + directory.resolve("etcd"),
        "--listen-client-urls=" + own,
        "--advertise-client-urls=" + own,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=default=" + peer,
        "--unsafe-no-fsync");
  }

  private Process startServer() throws IOException {
    return run(
        binaries.apiServer(),
        "kube-apiserver.log",
        "--etcd-servers=http://127.0.0.1:" + etcdPort,
        "--bind-address=127.0.0.1",
        "--secure-port=" + port,
        "--cert-dir=" + directory.resolve("certificates"),
        "--token-auth-file=" + directory.resolve("tokens.csv"),
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + directory.resolve("sa.key"),
        "--service-account-signing-key-file=" + directory.resolve("sa.key"),
        "--service-cluster-ip-range=10.0.0.0/24",
        "--endpoint-reconciler-type=none",
        // No controller creates the ServiceAccount default that this admission requires.
        "--disable-admission-plugins=ServiceAccount",
        "--audit-log-path=" + auditLog(),
        "--audit-policy-file=" + directory.resolve("audit-policy.yaml"));
  }

  private Process run(Path binary, String log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve(log).toFile()))
        .start();
  }

  private void awaitReady() {
    Poll.until(MAX_START, "the API server to be ready", () -> {
      if (!alive()) {
        throw new IllegalStateException("kube-apiserver or etcd has ended: " + lastLines());
      }
      try {
        return "ok".equals(client.raw("/readyz"))
            && client.namespaces().withName("default").get() != null;
      } catch (KubernetesClientException e) {
        return false;
      }
    });
  }

  private boolean alive() {
    Process running = server;
    return running != null && running.isAlive() && etcd.isAlive();
  }

  private String lastLines() {
    try {
      List<String> lines = new ArrayList<>();
      for (String log : List.of("etcd.log", "kube-apiserver.log")) {
        List<String> all = Files.readAllLines(directory.resolve(log));
        lines.addAll(all.subList(Math.max(0, all.size() - 10), all.size()));
      }
      return String.join("\n", lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path certificate() {
    return directory.resolve("certificates/apiserver.crt");
  }

  private Config config(String token) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://127.0.0.1:" + port)
        .withCaCertFile(certificate().toString())
        .withOauthToken(token)
        .withNamespace("default")
        .build();
  }

  private static String privateKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
          + "\n-----END PRIVATE KEY-----\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(Path file) {
    try {
      return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
