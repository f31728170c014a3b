package io.tierkeeper.cli.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.tierkeeper.cli.Browser;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.UsageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Opens the live page of the operator that leads. */
@Command(
    name = "dashboard",
    description = {
      "Open the live page of the operator.",
      "Forwards a port of this machine to the pod that leads, prints the address and opens it in a browser, until Ctrl-C. Needs page.enabled in the chart, and the right to create pods/portforward."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} dashboard -n tierkeeper             the namespace of the operator",
      "  ${ROOT-COMMAND-NAME} dashboard --no-browser --port 9000  print the address only"
    })
public final class DashboardCommand extends ClusterVerb {

  private static final int NOT_FOUND = 404;
  private static final int FORBIDDEN = 403;
  private static final int OK = 200;
  private static final int MAX_PORT = 65_535;
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration CHECK = Duration.ofSeconds(5);

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port of this machine; default: a free one.")
  int port;

  @Option(names = "--no-browser", description = "Print the address only.")
  boolean noBrowser;

  /** Opens the page; a test looks at it itself. */
  Consumer<URI> browser = Browser::open;

  /** Makes the connection to a pod; a test has no kubelet. */
  Forwarding forwarding = DashboardCommand::forward;

  /** Waits before the page is read again. */
  Waiting waiting = Thread::sleep;

  /** A port of this machine that leads to a pod until it is closed. */
  record Forwarded(int port, Closeable connection) {}

  /** Makes a {@link Forwarded}. */
  interface Forwarding {
    Forwarded to(Cluster cluster, LeaderPod pod, int port);
  }

  /** Waits for a while. */
  interface Waiting {
    void forAWhile(Duration time) throws InterruptedException;
  }

  @Override
  int run(Cluster cluster, PrintWriter out) {
    if (port < 0 || port > MAX_PORT) {
      throw new UsageException("--port " + port + " must be between 0 and " + MAX_PORT);
    }
    LeaderPod pod = leader(cluster);
    Forwarded forwarded = forwarding.to(cluster, pod, port);
    try (Closeable connection = forwarded.connection();
        HttpClient http = HttpClient.newHttpClient()) {
      URI page = URI.create("http://127.0.0.1:" + forwarded.port() + "/page");
      int answer = answer(http, page);
      if (answer == NOT_FOUND) {
        throw new FailureException(
            "pod " + pod.name()
                + " does not serve the live page; switch it on with the chart's value page.enabled=true");
      }
      if (answer != OK) {
        throw unreachable(pod);
      }
      out.println("Live page of pod " + pod.name() + ": " + page + " (Ctrl-C ends)");
      out.flush();
      if (!noBrowser) {
        browser.accept(page);
      }
      while (answer == OK) {
        waiting.forAWhile(CHECK);
        answer = answer(http, page);
      }
      throw new FailureException(
          "pod " + pod.name()
              + " does not answer any more; run the command again to connect to the pod that leads now");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.OK;
    } catch (IOException e) {
      throw unreachable(pod);
    }
  }

  private static FailureException unreachable(LeaderPod pod) {
    return new FailureException("no answer from port " + pod.port() + " of pod " + pod.name()
        + "; check with: kubectl auth can-i create pods/portforward");
  }

  private static LeaderPod leader(Cluster cluster) {
    List<Pod> pods = cluster
        .client()
        .pods()
        .inNamespace(cluster.namespace())
        .withLabel(LeaderPod.LABEL, LeaderPod.OPERATOR)
        .list()
        .getItems();
    if (pods.isEmpty()) {
      throw new FailureException("namespace " + cluster.namespace()
          + " has no pod of the operator (label " + LeaderPod.LABEL + "=" + LeaderPod.OPERATOR
          + "); name the namespace of the operator with -n");
    }
    return LeaderPod.of(pods, leases(cluster))
        .orElseThrow(() -> new FailureException(
            "none of the operator's pods leads, or leases cannot be read; check with: kubectl get pods,leases -n "
                + cluster.namespace()));
  }

  /** Without the right to list them, a single pod is still found. */
  private static List<Lease> leases(Cluster cluster) {
    try {
      return cluster.client().leases().inNamespace(cluster.namespace()).list().getItems();
    } catch (KubernetesClientException e) {
      if (e.getCode() == FORBIDDEN) {
        return List.of();
      }
      throw e;
    }
  }

  private static Forwarded forward(Cluster cluster, LeaderPod pod, int port) {
    LocalPortForward made = cluster
        .client()
        .pods()
        .inNamespace(cluster.namespace())
        .withName(pod.name())
        .portForward(pod.port(), InetAddress.getLoopbackAddress(), port);
    return new Forwarded(made.getLocalPort(), made);
  }

  /** The status of the page's answer; 0 where there is none. */
  private static int answer(HttpClient http, URI page) throws InterruptedException {
    try {
      return http.send(
              HttpRequest.newBuilder(page).timeout(ANSWER).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    }
  }
}
