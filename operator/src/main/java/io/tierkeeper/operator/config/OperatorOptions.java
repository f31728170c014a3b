package io.tierkeeper.operator.config;

import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.launcher.UsageException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a person, a test or the demo may set when starting the operator.
 *
 * @param namespaces those watched; empty means all
 * @param instance who this replica is, such as the pod's name; also the identity in the lease
 * @param version of Tierkeeper, written into audit lines
 * @param leaderElection how replicas agree on a leader
 * @param auditDirectory where the audit files lie
 * @param auditCopy where each audit line also goes, for log shippers; null for nowhere
 * @param auditSigningKey signs the checkpoints of the trails; null leaves them unsigned
 * @param httpHost address that probes and metrics listen on
 * @param httpPort their port; 0 takes a free one
 * @param pace intervals and waits
 * @param qdrant how Qdrant is reached
 * @param clock what time it is
 * @param onLostLease called when leadership is lost without having been given up; in production it ends the process
 */
public record OperatorOptions(
    Set<String> namespaces,
    String instance,
    String version,
    LeaderElection leaderElection,
    Path auditDirectory,
    @Nullable PrintStream auditCopy,
    @Nullable AuditSigningKey auditSigningKey,
    String httpHost,
    int httpPort,
    Pace pace,
    QdrantConnector qdrant,
    InstantSource clock,
    Runnable onLostLease) {

  /** The exit code of a process that lost its lease. */
  public static final int EXIT_LOST_LEASE = 3;

  public OperatorOptions {
    namespaces = Set.copyOf(namespaces);
    if (instance.isBlank()) {
      throw UsageException.setting(
          "TIERKEEPER_INSTANCE", instance, "a name that no other replica has");
    }
    if (httpPort < 0 || httpPort > 65535) {
      throw UsageException.setting(
          "TIERKEEPER_HTTP_PORT", Integer.toString(httpPort), "0 to 65535");
    }
  }

  /** For production, with what the environment says. */
  public static OperatorOptions defaults() {
    return OperatorEnvironment.read(Map.of());
  }

  /**
   * Defaults overlaid with {@code TIERKEEPER_…} variables.
   *
   * @throws UsageException naming the first variable that is wrong or unknown
   */
  public static OperatorOptions fromEnvironment(Map<String, String> environment) {
    return OperatorEnvironment.read(environment);
  }

  public OperatorOptions withNamespaces(String... value) {
    return new OperatorOptions(
        new TreeSet<>(Set.of(value)),
        instance,
        version,
        leaderElection,
        auditDirectory,
        auditCopy,
        auditSigningKey,
        httpHost,
        httpPort,
        pace,
        qdrant,
        clock,
        onLostLease);
  }

  public OperatorOptions withInstance(String value) {
    return new OperatorOptions(
        namespaces,
        value,
        version,
        leaderElection,
        auditDirectory,
        auditCopy,
        auditSigningKey,
        httpHost,
        httpPort,
        pace,
        qdrant,
        clock,
        onLostLease);
  }

  public OperatorOptions withVersion(String value) {
    return new OperatorOptions(
        namespaces,
        instance,
        value,
        leaderElection,
        auditDirectory,
        auditCopy,
        auditSigningKey,
        httpHost,
        httpPort,
        pace,
        qdrant,
        clock,
        onLostLease);
  }

  public OperatorOptions withLeaderElection(LeaderElection value) {
    return new OperatorOptions(
        namespaces,
        instance,
        version,
        value,
        auditDirectory,
        auditCopy,
        auditSigningKey,
        httpHost,
        httpPort,
        pace,
        qdrant,
        clock,
        onLostLease);
  }

  public OperatorOptions withAuditDirectory(Path value) {
    return new OperatorOptions(
        namespaces,
        instance,
        version,
        leaderElection,
        value,
        auditCopy,
        auditSigningKey,
        httpHost,
        httpPort,
        pace,
        qdrant,
        clock,
        onLostLease);
  }

  public OperatorOptions withAuditCopy(PrintStream value) {
    return new OperatorOptions(
        namespaces,
        instance,
        version,
        leaderElection,
        auditDirectory,
        value,
        auditSigningKey,
        httpHost,
        httpPort,
        pace,
        qdrant,
        clock,
        onLostLease);
  }

  public OperatorOptions withAuditSigningKey(@Nullable AuditSigningKey value) {
    return new OperatorOptions(
        namespaces,
        instance,
        version,
        leaderElection,
        auditDirectory,
        auditCopy,
        value,
        httpHost,
        httpPort,
        pace,
        qdrant,
        clock,
        onLostLease);
  }

  public OperatorOptions withHttp(String host, int port) {
    return new OperatorOptions(
        namespaces,
        instance,
        version,
        leaderElection,
        auditDirectory,
        auditCopy,
        auditSigningKey,
        host,
        port,
        pace,
        qdrant,
        clock,
        onLostLease);
  }

  public OperatorOptions withPace(Pace value) {
    return new OperatorOptions(
        namespaces,
        instance,
        version,
        leaderElection,
        auditDirectory,
        auditCopy,
        auditSigningKey,
        httpHost,
        httpPort,
        value,
        qdrant,
        clock,
        onLostLease);
  }

  public OperatorOptions withQdrant(QdrantConnector value) {
    return new OperatorOptions(
        namespaces,
        instance,
        version,
        leaderElection,
        auditDirectory,
        auditCopy,
        auditSigningKey,
        httpHost,
        httpPort,
        pace,
        value,
        clock,
        onLostLease);
  }

  public OperatorOptions withClock(InstantSource value) {
    return new OperatorOptions(
        namespaces,
        instance,
        version,
        leaderElection,
        auditDirectory,
        auditCopy,
        auditSigningKey,
        httpHost,
        httpPort,
        pace,
        qdrant,
        value,
        onLostLease);
  }

  public OperatorOptions withOnLostLease(Runnable value) {
    return new OperatorOptions(
        namespaces,
        instance,
        version,
        leaderElection,
        auditDirectory,
        auditCopy,
        auditSigningKey,
        httpHost,
        httpPort,
        pace,
        qdrant,
        clock,
        value);
  }
}
