package io.tierkeeper.operator.process;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.history.TrailEvent;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.testbed.KubernetesBackend;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.lab.testbed.OperatorAccount;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.operator.TestCollection;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;

/**
 * Runs a promotion and a demotion with an operator that is a process of its own, once without crashes to list its writes, and
 * then once for each crash point: the process halts before or after one of the writes and another one continues.
 *
 * <p>The long form: {@code main(DIRECTORY, all)}, or the number of crash points instead of {@code all}.
 */
@NullUnmarked
public final class CrashBetweenWrites {
  private static final String COLLECTION = "knowledge_base";
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final Duration TIMEOUT = Duration.ofMinutes(4);
  private static final List<String> POSITIONS = List.of("before", "after");

  /**
   * The outcome.
   *
   * @param findings a sentence for each crash point whose outcome differs from that without crashes
   */
  public record Tally(
      int tried, int existing, int crashed, List<String> writes, List<String> findings) {}

  /** What there is at the end, without names and times. */
  private record End(
      Map<String, Object> fallback,
      Map<String, Object> dedicated,
      List<String> phases,
      String tier,
      String auditFault,
      long approvedWithoutLine,
      List<String> breaches) {}

  private CrashBetweenWrites() {}

  /** Prints the tally; the exit code is 1 if a crash changed the outcome. */
  public static void main(String[] arguments) throws Exception {
    int most = arguments[1].equals("all") ? Integer.MAX_VALUE : Integer.parseInt(arguments[1]);
    Tally tally = play(Path.of(arguments[0]), most, 2, System.out);
    System.exit(tally.findings().isEmpty() ? 0 : 1);
  }

  /**
   * Runs them.
   *
   * @param most maximum number of crash points, spread evenly over all of them
   * @param atOnce so many at the same time
   */
  public static Tally play(Path directory, int most, int atOnce, PrintStream out) throws Exception {
    long began = System.nanoTime();
    Files.createDirectories(directory);
    End wanted;
    List<String> writes;
    try (Run run = new Run(directory.resolve("without-crash"), "0:never")) {
      wanted = run.play();
      writes = run.writes();
    }
    int existing = writes.size() * POSITIONS.size();
    int count = Math.min(most, existing);
    List<String> findings = new ArrayList<>();
    if (wanted.approvedWithoutLine() > 0) {
      findings.add("without a crash: an approved move without a line in the trail");
    }
    int crashed = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
      List<Future<String>> ends = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int boundary = (int) ((long) i * existing / count);
        String crashPoint =
            (boundary / POSITIONS.size() + 1) + ":" + POSITIONS.get(boundary % POSITIONS.size());
        ends.add(threads.submit(() -> {
          try (Run run = new Run(directory.resolve(crashPoint.replace(':', '-')), crashPoint)) {
            End end = run.play();
            String at = crashPoint + " (" + run.lastBeforeCrash() + ")";
            return !end.equals(wanted)
                ? "crash point " + at + ": ends as\n  " + end + "\ninstead of\n  " + wanted
                : run.crashes == 0 ? "" : null;
          }
        }));
      }
      for (Future<String> end : ends) {
        String finding = end.get();
        // A run may have fewer writes than the one without crashes: it does not crash then.
        crashed += "".equals(finding) ? 0 : 1;
        if (finding != null && !finding.isEmpty()) {
          findings.add(finding);
        }
      }
    }
    out.printf(
        "halts: %d of %d boundaries tried (%d writes, before and after each), %d crashed, %d with another outcome, %d s%n",
        count,
        existing,
        writes.size(),
        crashed,
        findings.size(),
        (System.nanoTime() - began) / 1_000_000_000);
    out.println("halts: writes "
        + writes.stream()
            .collect(Collectors.groupingBy(write -> write, TreeMap::new, Collectors.counting())));
    findings.forEach(out::println);
    return new Tally(count, existing, crashed, writes, findings);
  }

  /** One world, and the operators that follow each other in it. */
  private static final class Run implements AutoCloseable {
    private final Path directory;
    private final KubernetesBackend kubernetes = KubernetesBackends.realest();
    private final String namespace = kubernetes.newNamespace("crashes");
    private final EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
    private final KubernetesClient client = kubernetes.client();
    private final QdrantCluster cluster;
    private final List<Integer> restPorts;
    private final String crashPoint;
    private Process operator;
    private int crashes;

    Run(Path directory, String crashPoint) throws IOException {
      this.directory = Files.createDirectories(directory);
      this.crashPoint = crashPoint;
      kubernetes.applyCrds(Crds.all());
      restPorts = qdrant.peers().stream().map(EmulatedPeer::restPort).toList();
      cluster = GrpcQdrant.connect(TestCollection.endpoints(qdrant));
      TestCollection collection = TestCollection.create(port(), COLLECTION);
      collection.write(TenantId.of("acme"), 1, 60);
      collection.write(TenantId.of("rest"), 1000, 40);
      Files.writeString(
          directory.resolve("kubeconfig"), OperatorAccount.kubeconfig(kubernetes, namespace));
      apply(manifests());
    }

    private QdrantWrites port() {
      return cluster.peers().get(0);
    }

    private String manifests() {
      return """
          apiVersion: tierkeeper.io/v1alpha1
          kind: TierPolicy
          metadata: {name: brisk}
          spec:
            mode: Auto
            approval: {required: [Promote, Demote], expiresAfter: 1h}
            mass: {minSamples: 1, staleAfter: 10m}
            cooldown: {afterMove: 0s, afterAbort: 0s}
            flapBudget: {maxMoves: 10, period: 1h}
            retain: {sourceFor: 0s, deleteBatch: 1000, deleteOnlyInWindows: false}
            verify: {level: Content, searchProbes: 2, minTopKOverlap: "0.9"}
            dedicated: {replicationFactor: 1, placement: WithFallback}
            demotion: {strategy: Freeze, quietFor: 0s, maxWait: 1h, whenBusy: GiveUp}
          ---
          apiVersion: tierkeeper.io/v1alpha1
          kind: TieredCollection
          metadata: {name: kb}
          spec:
            qdrant: {endpoints: [%s], restPort: 6333}
            collection: knowledge_base
            tenantKey: group_id
            fallbackShardKey: default
            policyRef: {name: brisk}
          ---
          apiVersion: tierkeeper.io/v1alpha1
          kind: TenantTier
          metadata: {name: kb-acme}
          spec: {collectionRef: {name: kb}, tenant: acme, tier: Dedicated}
          """.formatted(qdrant.peers().stream()
          .map(peer -> "\"" + peer.grpcEndpoint() + "\"")
          .collect(Collectors.joining(", ")));
    }

    private void apply(String yaml) {
      client
          .load(new java.io.ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
          .items()
          .forEach(item -> client.resource(item).inNamespace(namespace).create());
    }

    End play() throws IOException {
      start(crashPoint);
      reaches("Dedicated", 1);
      Map<String, Object> dedicated = contents(ACME);
      client
          .resources(TenantTier.class)
          .inNamespace(namespace)
          .withName("kb-acme")
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"tier\":\"Fallback\"}}");
      reaches("Fallback", 2);
      // A graceful stop: SIGKILL in the middle of a periodic measurement would leave a torn line.
      operator.destroy();
      operator.onExit().join();
      AuditReport report = AuditVerifier.verify(List.of(directory.resolve("audit")), null);
      boolean leftOver = new LayoutObserver(cluster).observe(COLLECTION).keys().size() > 1;
      return new End(
          contents(TestCollection.FALLBACK),
          dedicated,
          moves().stream().map(Run::end).sorted().toList(),
          tier() + (leftOver ? ", with keys left over" : ""),
          String.valueOf(report.fault()),
          approvedWithoutLine(),
          qdrant.violations().stream().map(Object::toString).toList());
    }

    /** The phase, and of a move that never began why. */
    private static String end(TierMove move) {
      String phase = move.getStatus().phase();
      return MovePhase.EXPIRED.apiName().equals(phase)
          ? phase + ": " + move.getStatus().message()
          : phase;
    }

    private void start(String crashPoint) throws IOException {
      List<String> words = new ArrayList<>();
      words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      words.add(OperatorProcess.LOGGING);
      words.add("-D" + FaultPoint.LOG + "=" + directory.resolve("writes" + crashes));
      words.add("-D" + FaultPoint.CRASH + "=" + crashPoint);
      words.addAll(ProcessClasses.options());
      words.add(FaultInjectingOperator.class.getName());
      words.add(directory.resolve("kubeconfig").toString());
      words.add(restPorts.stream().map(String::valueOf).collect(Collectors.joining(",")));
      ProcessBuilder builder = new ProcessBuilder(words)
          .redirectErrorStream(true)
          .redirectOutput(directory.resolve("operator" + crashes + ".log").toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("TIERKEEPER_"));
      builder
          .environment()
          .putAll(Map.of(
              "TIERKEEPER_INSTANCE", "only",
              "TIERKEEPER_NAMESPACES", namespace,
              "TIERKEEPER_LEASE_NAMESPACE", namespace,
              "TIERKEEPER_AUDIT_DIR", directory.resolve("audit").toString(),
              "TIERKEEPER_HTTP_HOST", "127.0.0.1",
              "TIERKEEPER_HTTP_PORT", "0",
              "TIERKEEPER_EVALUATE_EVERY", "0.3s",
              "TIERKEEPER_SETTLE", "0.1s",
              "TIERKEEPER_LONGEST_RETRY", "1s"));
      operator = builder.start();
    }

    /** Waits for the tier and for so many ended moves at least; a dead operator is followed by one that does not crash. */
    private void reaches(String tier, int ended) {
      await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(100)).until(() -> {
        if (!operator.isAlive()) {
          if (operator.exitValue() != FaultPoint.EXIT || crashes > 0) {
            throw new IllegalStateException(crashPoint + ": ended by itself with "
                + operator.exitValue() + ", see " + directory);
          }
          crashes++;
          start("0:never");
        }
        approve();
        return tier.equals(tier())
            && moves().size() >= ended
            && moves().stream()
                .allMatch(
                    move -> move.getStatus() != null && move.getStatus().finishedAt() != null);
      });
    }

    /** Approves what waits for it. */
    private void approve() {
      moves().stream()
          .filter(move -> !Boolean.TRUE.equals(move.getSpec().approved()))
          .forEach(move -> client
              .resource(move)
              .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"approved\":true}}"));
    }

    private long approvedWithoutLine() throws IOException {
      try (Stream<TrailEvent<ApprovalData>> approvals =
          TrailHistory.of(List.of(directory.resolve("audit"))).events(ApprovalData.class)) {
        Set<String> recorded =
            approvals.map(line -> line.data().approval().move()).collect(Collectors.toSet());
        return moves().stream()
            .filter(move -> move.getStatus().approval() != null)
            .filter(move -> !recorded.contains(move.getMetadata().getName()))
            .count();
      }
    }

    private List<TierMove> moves() {
      return client.resources(TierMove.class).inNamespace(namespace).list().getItems();
    }

    private String tier() {
      TenantTier tenant = client
          .resources(TenantTier.class)
          .inNamespace(namespace)
          .withName("kb-acme")
          .get();
      return tenant.getStatus() == null ? "" : String.valueOf(tenant.getStatus().tier());
    }

    private Map<String, Object> contents(ShardKey key) {
      Map<String, Object> contents = new TreeMap<>();
      port()
          .scroll(ScrollRequest.whole(COLLECTION, ShardSelector.key(key), null, 1000))
          .points()
          .forEach(point -> contents.put(point.id().toString(), point.payload()));
      return contents;
    }

    List<String> writes() throws IOException {
      return Files.readAllLines(directory.resolve("writes0"));
    }

    String lastBeforeCrash() throws IOException {
      List<String> writes = writes();
      return writes.isEmpty() ? "none" : writes.getLast();
    }

    @Override
    public void close() {
      if (operator != null) {
        operator.destroyForcibly().onExit().join();
      }
      // The API server is shared with other tests of this process.
      client.resources(TenantTier.class).inNamespace(namespace).delete();
      moves().forEach(move -> client.resource(move).delete());
      cluster.close();
      qdrant.close();
    }
  }
}
