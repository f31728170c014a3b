package io.tierkeeper.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ends all moves of some namespaces before Tierkeeper, a namespace or the CRDs are removed. */
@Command(
    name = "release",
    description =
        "End all moves before Tierkeeper, a namespace or the CRDs are removed: suspend the collections, finish or revert"
            + " every move, and report what stays in Qdrant.",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":no move is left",
      ExitCode.FAILURE + ":moves are left",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} release --namespace vectors --operator-namespace vectors",
    mixinStandardHelpOptions = true)
public final class ReleaseCommand implements Subcommand, Callable<Integer> {

  @Mixin
  ClusterOption cluster = new ClusterOption();

  /** Which namespaces are released. */
  static final class Scope {
    @Option(
        names = {"-n", "--namespace"},
        paramLabel = "NAME",
        split = ",",
        description = "Namespaces to release.")
    @Nullable
    List<String> namespaces;

    @Option(
        names = {"-A", "--all-namespaces"},
        description = "Release all namespaces.")
    boolean all;
  }

  @ArgGroup(multiplicity = "1")
  Scope scope = new Scope();

  @Option(
      names = "--operator-namespace",
      paramLabel = "NAME",
      description =
          "Namespace of the operator's Lease. This command takes part in the election and ends the moves itself if no"
              + " operator runs. Without it a running operator must end them.")
  @Nullable
  String operatorNamespace;

  @Option(
      names = "--as",
      paramLabel = "USER",
      description =
          "User in whose name moves are ended; with the approval guard, which lets only the operator write a move's status, the"
              + " operator's account: system:serviceaccount:NAMESPACE:NAME.")
  @Nullable
  String user;

  @Option(
      names = "--audit-dir",
      paramLabel = "DIR",
      description =
          "Directory of the audit files if this command ends the moves; default: a new temporary directory.")
  @Nullable
  Path auditDirectory;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description =
          "How long to wait for the moves, such as 90s or 10m; default: ${DEFAULT-VALUE}.",
      defaultValue = "10m")
  String timeout = "10m";

  @Option(
      names = "--force",
      description =
          "Remove the finalizers of moves that are left after the timeout. Their shard keys and copies stay in Qdrant and"
              + " are reported.")
  boolean force;

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Duration longest = duration(timeout);
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    try (KubernetesClient client = cluster.connect()) {
      Release release = new Release(client, names(), out);
      release.suspend();
      release.requestEnds();
      List<TierMove> left = release.await(Duration.ZERO);
      if (!left.isEmpty()) {
        left = wait(client, release, longest, out);
      }
      if (!left.isEmpty() && force) {
        release.force(left);
      }
      release.reportLeft(left);
      release.reportDedicated();
      if (left.isEmpty() || force) {
        out.println("released: no TierMove is held any more");
        return ExitCode.OK;
      }
      err.println("tierkeeper: " + left.size() + " moves did not end within " + timeout
          + "; correct what their messages name and run the command again, or run it with --force to"
          + " leave them as they are");
      return ExitCode.FAILURE;
    } catch (KubernetesClientException e) {
      err.println(
          "tierkeeper: the API server refused a request: " + OperatorCommand.lastMessage(e));
      return ExitCode.FAILURE;
    }
  }

  private List<TierMove> wait(
      KubernetesClient client, Release release, Duration longest, PrintWriter out)
      throws IOException {
    if (operatorNamespace == null) {
      out.println("waiting for a running operator; add --operator-namespace if none runs");
      return release.await(longest);
    }
    OperatorOptions options = options(client, out);
    try (KubernetesClient acting = cluster.connectAs(user);
        TierkeeperOperator operator = TierkeeperOperator.start(acting, options)) {
      return release.await(longest);
    }
  }

  private OperatorOptions options(KubernetesClient client, PrintWriter out) throws IOException {
    OperatorOptions options = OperatorCommand.options(() -> {
      out.println("lease lost; run the command again");
      out.flush();
      Runtime.getRuntime().halt(OperatorOptions.EXIT_LOST_LEASE);
    });
    LeaderElection election = options.leaderElection();
    new OtherOperators(client, election, Objects.requireNonNull(operatorNamespace), names())
        .awaitNone(out);
    return options
        .withNamespaces(names())
        .withInstance("release-" + options.instance())
        .withAuditDirectory(
            auditDirectory == null ? Files.createTempDirectory("tierkeeper-audit") : auditDirectory)
        .withHttp("127.0.0.1", 0)
        .withLeaderElection(new LeaderElection(
            true,
            election.leaseName(),
            operatorNamespace,
            election.leaseDuration(),
            election.renewDeadline(),
            election.retryPeriod()));
  }

  private TreeSet<String> names() {
    return new TreeSet<>(Objects.requireNonNullElse(scope.namespaces, List.of()));
  }

  private static Duration duration(String text) {
    try {
      Duration parsed = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      if (!parsed.isNegative()) {
        return parsed;
      }
    } catch (DateTimeParseException e) {
      // Reported below.
    }
    throw new UsageException("--timeout " + text + " must be a duration such as 90s, 10m or 1h");
  }
}
