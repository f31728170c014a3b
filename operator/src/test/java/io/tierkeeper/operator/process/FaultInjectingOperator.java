package io.tierkeeper.operator.process;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tierkeeper.operator.TierkeeperOperator;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.QdrantConnector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullUnmarked;

/** The operator as a process that can crash at any of its writes. */
@NullUnmarked
public final class FaultInjectingOperator {
  private static final Set<String> QDRANT_WRITES = Set.of(
      "createCollection",
      "deleteCollection",
      "createTenantIndex",
      "createPayloadIndex",
      "changeQuantization",
      "createShardKey",
      "deleteShardKey",
      "replicatePoints",
      "abortTransfer",
      "replicateShard",
      "moveShard",
      "dropReplica",
      "upsert",
      "delete",
      "setPayload",
      "deletePayload",
      "updateVectors",
      "deleteVectors",
      "createShardSnapshot",
      "recoverShardSnapshot",
      "probeShardSnapshot",
      "deleteShardSnapshot");

  private FaultInjectingOperator() {}

  /** Runs until it is killed; the arguments are the kubeconfig and the REST ports of the peers. */
  public static void main(String[] arguments) throws Exception {
    List<Integer> restPorts =
        Arrays.stream(arguments[1].split(",")).map(Integer::valueOf).toList();
    // The emulator's peers share a host, so each has a REST port of its own.
    QdrantConnector real = endpoints -> GrpcQdrant.connect(new QdrantEndpoints(
        endpoints.endpoints(),
        restPorts,
        endpoints.apiKey(),
        null,
        null,
        null,
        endpoints.deadline()));
    try (KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Path.of(arguments[0]).toFile()))
            .build();
        TierkeeperOperator operator = TierkeeperOperator.start(
            client,
            OperatorOptions.fromEnvironment(System.getenv())
                .withVersion("fault-injection")
                .withAuditCopy(afterEachLine())
                .withClock(beforeEachLine())
                .withQdrant(endpoints -> counted(real.connect(endpoints))))) {
      System.err.println("operator runs on port " + operator.httpPort());
      new CountDownLatch(1).await();
    }
  }

  /** The trail looks at the clock once before each line, for a jump of it. */
  private static InstantSource beforeEachLine() {
    Clock wall = Clock.systemUTC();
    return () -> {
      Instant now = wall.instant();
      boolean line = StackWalker.getInstance()
          .walk(frames -> frames.anyMatch(frame -> frame.getClassName().endsWith(".JsonlAuditLog")
              && frame.getMethodName().equals("noteClockJump")));
      if (line) {
        FaultPoint.before("audit append");
      }
      return now;
    };
  }

  /** The copy of a line is written when the line is on disk. */
  private static PrintStream afterEachLine() {
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int b) {
            if (b == '\n') {
              FaultPoint.after("audit append");
            }
          }
        },
        true,
        StandardCharsets.UTF_8);
  }

  private static QdrantCluster counted(QdrantCluster cluster) {
    List<QdrantWrites> ports =
        cluster.peers().stream().map(FaultInjectingOperator::counted).toList();
    return new QdrantCluster() {
      @Override
      public List<QdrantWrites> peers() {
        return ports;
      }

      @Override
      public void close() {
        cluster.close();
      }
    };
  }

  private static QdrantWrites counted(QdrantWrites port) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (proxy, method, arguments) -> {
          boolean write = QDRANT_WRITES.contains(method.getName());
          try {
            if (write) {
              FaultPoint.before("qdrant " + method.getName());
            }
            Object answer = method.invoke(port, arguments);
            if (write) {
              FaultPoint.after("qdrant " + method.getName());
            }
            return answer;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
