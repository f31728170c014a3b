package io.tierkeeper.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the operator until the process receives a signal to stop. */
@Command(
    name = "operator",
    description = "Run the operator against a cluster.",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":the process received a signal to stop",
      ExitCode.FAILURE + ":the operator failed to start",
      ExitCode.USAGE_LINE,
      OperatorOptions.EXIT_LOST_LEASE + ":the lease was lost; restart the process as a standby"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} operator --namespace vectors --audit-dir /var/lib/tierkeeper/audit",
      "",
      "Environment variables (TIERKEEPER_NAMESPACES and others) set the same options and more; docs/operator-options.md lists them."
    },
    mixinStandardHelpOptions = true)
public final class OperatorCommand implements Subcommand, Callable<Integer> {

  @Mixin
  ClusterOption cluster = new ClusterOption();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      split = ",",
      description =
          "Namespaces to watch, in place of TIERKEEPER_NAMESPACES; default: all namespaces that the service account can access.")
  @Nullable
  List<String> namespaces;

  @Option(
      names = "--audit-dir",
      paramLabel = "DIR",
      description = "Directory of the audit files, in place of TIERKEEPER_AUDIT_DIR.")
  @Nullable
  Path auditDirectory;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port of probes and metrics, in place of TIERKEEPER_HTTP_PORT.")
  @Nullable
  Integer httpPort;

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public String logLevel() {
    return "INFO";
  }

  @Override
  public Integer call() throws InterruptedException {
    AtomicBoolean stopping = new AtomicBoolean();
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    OperatorOptions options = overridden(() -> {
      if (!stopping.get()) {
        // A leader that lost its lease must not issue one more call; no hook, no finally block may
        // run before the end.
        err.println("tierkeeper: lease lost; exiting immediately");
        Runtime.getRuntime().halt(OperatorOptions.EXIT_LOST_LEASE);
      }
    });
    try (KubernetesClient client = cluster.connect()) {
      TierkeeperOperator operator = TierkeeperOperator.start(client, options);
      CountDownLatch ended = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        stopping.set(true);
        operator.close();
        ended.countDown();
      }));
      err.println("tierkeeper: operator " + Main.version() + " running; probes and metrics on port "
          + operator.httpPort());
      ended.await();
      return ExitCode.OK;
    } catch (KubernetesClientException e) {
      err.println("tierkeeper: the operator failed to start: " + lastMessage(e));
      return ExitCode.FAILURE;
    }
  }

  /** What the environment says, with the adapter of production. */
  static OperatorOptions options(Runnable onLostLease) {
    return OperatorOptions.fromEnvironment(System.getenv())
        .withVersion(Main.version())
        .withQdrant(GrpcQdrant::connect)
        .withOnLostLease(onLostLease);
  }

  private OperatorOptions overridden(Runnable onLostLease) {
    OperatorOptions options = options(onLostLease);
    if (namespaces != null) {
      options = options.withNamespaces(namespaces.toArray(String[]::new));
    }
    if (auditDirectory != null) {
      options = options.withAuditDirectory(auditDirectory);
    }
    if (httpPort != null) {
      options = options.withHttp(options.http().host(), httpPort);
    }
    return options;
  }

  /** The innermost cause names what was refused; the outer ones do not. */
  static String lastMessage(Throwable thrown) {
    Throwable last = thrown;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return String.valueOf(last.getMessage());
  }
}
