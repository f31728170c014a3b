package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class DashboardCommandTest {

  @TempDir
  Path directory;

  private static Pod pod(String name, String phase) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("app.kubernetes.io/name", "tierkeeper")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("operator")
        .withImage("tierkeeper")
        .withPorts(
            new ContainerPortBuilder().withName("http").withContainerPort(9090).build())
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }

  private static Lease lease(String name, String holder) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(holder)
        .endSpec()
        .build();
  }

  @Test
  void theLeaderHoldsALease() {
    List<Pod> pods = List.of(pod("a", "Running"), pod("b", "Running"), pod("c", "Pending"));
    assertThat(LeaderPod.of(pods, List.of(lease("other", "x"), lease("tierkeeper", "b"))))
        .contains(new LeaderPod("b", 9090));
    assertThat(LeaderPod.of(pods, List.of(lease("tierkeeper", "c")))).isEmpty();
    assertThat(LeaderPod.of(pods, List.of())).as("two run").isEmpty();
    assertThat(LeaderPod.of(List.of(pod("a", "Running"), pod("c", "Pending")), List.of()))
        .as("leader election may be off")
        .contains(new LeaderPod("a", 9090));
  }

  @Test
  void forwardsPrintsTheAddressAndOpensIt() throws Exception {
    VerbWorld world = new VerbWorld(directory);
    HttpServer pod = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    pod.createContext("/page", exchange -> {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    pod.start();
    store(world, pod("tierkeeper-0", "Running"));
    List<URI> opened = new ArrayList<>();
    List<LeaderPod> forwarded = new ArrayList<>();
    List<String> closed = new ArrayList<>();
    DashboardCommand verb = new DashboardCommand();
    verb.browser = opened::add;
    verb.forwarding = (cluster, to, port) -> {
      forwarded.add(to);
      return new DashboardCommand.Forwarded(pod.getAddress().getPort(), () -> closed.add("closed"));
    };
    verb.waiting = time -> pod.stop(0);
    VerbWorld.Ran ran = world.run(verb);
    String page = "http://127.0.0.1:" + pod.getAddress().getPort() + "/page";
    assertThat(ran.out()).contains("Live page of pod tierkeeper-0: " + page + " (Ctrl-C ends)");
    assertThat(opened).containsExactly(URI.create(page));
    assertThat(forwarded).containsExactly(new LeaderPod("tierkeeper-0", 9090));
    assertThat(closed).as("the connection ends with the command").containsExactly("closed");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("run the command again");
  }

  @Test
  void saysHowToSwitchThePageOn() throws Exception {
    VerbWorld world = new VerbWorld(directory);
    HttpServer pod = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    pod.start();
    try {
      store(world, pod("tierkeeper-0", "Running"));
      DashboardCommand verb = new DashboardCommand();
      verb.browser = page -> {
        throw new AssertionError("nothing to open");
      };
      verb.forwarding = (cluster, to, port) ->
          new DashboardCommand.Forwarded(pod.getAddress().getPort(), () -> {});
      VerbWorld.Ran ran = world.run(verb);
      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.err()).contains("page.enabled=true");
    } finally {
      pod.stop(0);
    }
  }

  @Test
  void namesTheNamespaceWithoutOperator() {
    VerbWorld world = new VerbWorld(directory);
    assertThat(world.run("dashboard").err())
        .contains("namespace " + world.namespace + " has no pod of the operator")
        .contains("-n");
    assertThat(world.run("dashboard", "--port", "70000").err()).contains("--port 70000");
  }

  private static void store(VerbWorld world, Pod pod) {
    world.client.pods().inNamespace(world.namespace).resource(pod).create();
    world
        .client
        .pods()
        .inNamespace(world.namespace)
        .withName(pod.getMetadata().getName())
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(Map.of("status", pod.getStatus())));
  }
}
