package io.tierkeeper.cli.cluster;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The pod of the operator that leads.
 *
 * @param port on which it serves probes, metrics and the page
 */
record LeaderPod(String name, int port) {

  /** The label that the chart gives to the operator's pods, whatever the release is called. */
  static final String LABEL = "app.kubernetes.io/name";

  static final String OPERATOR = "tierkeeper";

  private static final int DEFAULT_PORT = 8080;

  /**
   * The running pod that holds a lease, or the only one that runs.
   *
   * @param pods those of the operator
   * @param leases all of the namespace
   */
  static Optional<LeaderPod> of(List<Pod> pods, List<Lease> leases) {
    Set<String> holders = leases.stream()
        .filter(lease -> lease.getSpec() != null && lease.getSpec().getHolderIdentity() != null)
        .map(lease -> lease.getSpec().getHolderIdentity())
        .collect(Collectors.toSet());
    List<Pod> running = pods.stream().filter(LeaderPod::running).toList();
    return running.stream()
        .filter(pod -> holders.contains(pod.getMetadata().getName()))
        .findFirst()
        .or(() -> running.size() == 1 ? Optional.of(running.getFirst()) : Optional.empty())
        .map(pod -> new LeaderPod(pod.getMetadata().getName(), port(pod)));
  }

  private static boolean running(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus() != null
        && "Running".equals(pod.getStatus().getPhase());
  }

  private static int port(Pod pod) {
    return pod.getSpec() == null
        ? DEFAULT_PORT
        : pod.getSpec().getContainers().stream()
            .flatMap(container -> container.getPorts().stream())
            .filter(port -> "http".equals(port.getName()))
            .map(ContainerPort::getContainerPort)
            .findFirst()
            .orElse(DEFAULT_PORT);
  }
}
