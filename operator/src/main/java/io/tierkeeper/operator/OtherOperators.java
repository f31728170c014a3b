package io.tierkeeper.operator;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.operator.config.LeaderElection;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operators that hold another Lease than the one that the command takes part in. One that governs a namespace of the command
 * would move the same tenants as the command does.
 */
final class OtherOperators {

  private static final int FORBIDDEN = 403;
  private static final Duration POLL = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final LeaderElection election;
  private final String given;
  private final Set<String> namespaces;
  private final Duration expiresAfter;

  /**
   * Of a cluster.
   *
   * @param given namespace of the Lease that the command takes part in
   * @param namespaces that the command releases; empty means all
   */
  OtherOperators(
      KubernetesClient client, LeaderElection election, String given, Set<String> namespaces) {
    this.client = client;
    this.election = election;
    this.given = given;
    this.namespaces = namespaces;
    expiresAfter = election.leaseDuration().multipliedBy(2);
  }

  /** When a Lease was seen first with this time of its last renewal. */
  private record Seen(ZonedDateTime renewed, long at) {}

  /**
   * Waits until the Lease of an operator that has ended has expired.
   *
   * @throws UsageException if one that governs a namespace of the command renews its Lease
   */
  void awaitNone(PrintWriter out) {
    Map<String, Seen> seen = new HashMap<>();
    while (true) {
      Optional<Lease> other = leases().stream()
          .filter(this::mayBeHeld)
          .filter(lease -> !expired(seen.get(name(lease))))
          .filter(lease -> governs(lease.getMetadata().getNamespace()))
          .findFirst();
      if (other.isEmpty()) {
        return;
      }
      Lease lease = other.get();
      ZonedDateTime renewed = lease.getSpec().getRenewTime();
      Seen before = seen.putIfAbsent(name(lease), new Seen(renewed, System.nanoTime()));
      if (before == null) {
        out.println("waiting until Lease " + name(lease) + " of operator "
            + lease.getSpec().getHolderIdentity() + ", which governs "
            + (namespaces.isEmpty()
                ? "these namespaces"
                : "namespace " + String.join(",", namespaces))
            + ", is renewed or has expired, at most " + expiresAfter.toSeconds() + " s");
        out.flush();
      } else if (!before.renewed().equals(renewed)) {
        throw new UsageException("--operator-namespace " + given + ": operator "
            + lease.getSpec().getHolderIdentity() + " of the installation in namespace "
            + lease.getMetadata().getNamespace()
            + " runs, and governs the namespaces to be released; run the"
            + " command again with --operator-namespace " + lease.getMetadata().getNamespace()
            + (lease.getMetadata().getName().equals(election.leaseName())
                ? ""
                : " and TIERKEEPER_LEASE_NAME=" + lease.getMetadata().getName()));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private List<Lease> leases() {
    try {
      return client.leases().inAnyNamespace().list().getItems();
    } catch (KubernetesClientException e) {
      if (e.getCode() == FORBIDDEN) {
        // The chart's account knows its own Lease only, which is the one that it was given.
        return List.of();
      }
      throw e;
    }
  }

  private boolean mayBeHeld(Lease lease) {
    boolean own = lease.getMetadata().getName().equals(election.leaseName())
        && lease.getMetadata().getNamespace().equals(given);
    @Nullable LeaseSpec held = lease.getSpec();
    return !own
        && lease.getMetadata().getName().contains("tierkeeper")
        && held != null
        && held.getRenewTime() != null
        && held.getHolderIdentity() != null
        && !held.getHolderIdentity().isEmpty()
        && held.getRenewTime().toInstant().isAfter(Instant.now().minus(expiresAfter));
  }

  /** By the clock of this process: that of the holder may be ahead. */
  private boolean expired(@Nullable Seen seen) {
    return seen != null && System.nanoTime() - seen.at() > expiresAfter.toNanos();
  }

  /** Whether accounts of this namespace may change TierMoves of a namespace to be released; true where that is not known. */
  private boolean governs(String installation) {
    List<String> bound;
    try {
      bound = Stream.concat(
              client.rbac().roleBindings().inAnyNamespace().list().getItems().stream()
                  .filter(binding -> of(installation, binding.getSubjects()))
                  .filter(binding ->
                      moves(binding.getRoleRef(), binding.getMetadata().getNamespace()))
                  .map(binding -> binding.getMetadata().getNamespace()),
              client.rbac().clusterRoleBindings().list().getItems().stream()
                  .filter(binding -> of(installation, binding.getSubjects()))
                  .filter(binding -> moves(binding.getRoleRef(), ""))
                  .map(binding -> EVERYWHERE))
          .toList();
    } catch (KubernetesClientException e) {
      if (e.getCode() == FORBIDDEN) {
        return true;
      }
      throw e;
    }
    return bound.isEmpty()
        || namespaces.isEmpty()
        || bound.stream().anyMatch(each -> each.equals(EVERYWHERE) || namespaces.contains(each));
  }

  private static final String EVERYWHERE = "*";

  private static boolean of(String namespace, @Nullable List<Subject> subjects) {
    return Objects.requireNonNullElse(subjects, List.<Subject>of()).stream()
        .anyMatch(subject ->
            "ServiceAccount".equals(subject.getKind()) && namespace.equals(subject.getNamespace()));
  }

  private boolean moves(RoleRef reference, String namespace) {
    return rules(reference, namespace)
        .anyMatch(rule -> rule.getApiGroups().contains("tierkeeper.io")
            && rule.getResources().contains("tiermoves/status")
            && rule.getVerbs().contains("patch"));
  }

  private Stream<PolicyRule> rules(RoleRef reference, String namespace) {
    return reference.getKind().equals("ClusterRole")
        ? Stream.ofNullable(
                client.rbac().clusterRoles().withName(reference.getName()).get())
            .flatMap(role -> role.getRules().stream())
        : Stream.ofNullable(client
                .rbac()
                .roles()
                .inNamespace(namespace)
                .withName(reference.getName())
                .get())
            .flatMap(role -> role.getRules().stream());
  }

  private static String name(Lease lease) {
    return lease.getMetadata().getNamespace() + "/" + lease.getMetadata().getName();
  }
}
