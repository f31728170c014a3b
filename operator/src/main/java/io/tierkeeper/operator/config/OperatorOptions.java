package io.tierkeeper.operator.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.launcher.UsageException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set when the operator starts.
 *
 * @param watched the namespaces that are watched
 * @param instance name of this replica, such as that of its pod; also its identity in the lease
 * @param version of Tierkeeper, written into audit lines
 * @param leaderElection how replicas agree on a leader
 * @param audit where and how audit trails are written
 * @param approvalGuard whether an admission policy lets only approvers approve, and only in their own names
 * @param http where probes and metrics are served
 * @param pace intervals and waits
 * @param qdrant how Qdrant is reached, and which reserved addresses may be used for that
 * @param room what moves may use of this process and its disk
 * @param clock the time of day
 * @param onLostLease called when leadership is lost without having been given up; in production it ends the process
 */
@RecordBuilder
public record OperatorOptions(
    WatchedNamespaces watched,
    String instance,
    String version,
    LeaderElection leaderElection,
    AuditOutput audit,
    boolean approvalGuard,
    HttpAddress http,
    Pace pace,
    QdrantAccess qdrant,
    MoveRoom room,
    InstantSource clock,
    Runnable onLostLease)
    implements OperatorOptionsBuilder.With {

  /**
   * Where and how audit trails are written.
   *
   * @param directory of the audit files
   * @param copy where each audit line also goes, for log shippers; null for nowhere
   * @param signingKey signs the checkpoints of the trails; null leaves them unsigned
   * @param retention how long, and how much of, each trail is kept
   */
  public record AuditOutput(
      Path directory,
      @Nullable PrintStream copy,
      @Nullable AuditSigningKey signingKey,
      AuditOptions.Retention retention) {}

  /**
   * What moves may use of this process and its disk.
   *
   * @param heap the most that this process may take, in bytes; it limits how many points a move may have
   * @param snapshots directory of snapshots; null where none is set
   */
  public record MoveRoom(long heap, @Nullable Path snapshots) {}

  /**
   * Where probes and metrics are served.
   *
   * @param host address to listen on
   * @param port 0 to 65535; 0 takes a free one
   * @param page whether the live page is served there, too
   */
  public record HttpAddress(String host, int port, boolean page) {
    public HttpAddress {
      if (port < 0 || port > 65535) {
        throw UsageException.setting("TIERKEEPER_HTTP_PORT", Integer.toString(port), "0 to 65535");
      }
    }
  }

  /** The exit code of a process that lost its lease. */
  public static final int EXIT_LOST_LEASE = 3;

  public OperatorOptions {
    if (instance.isBlank()) {
      throw UsageException.setting(
          "TIERKEEPER_INSTANCE", instance, "a name that no other replica has");
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

  /** The names of the namespaces that are watched; empty where they are chosen by labels, and for all. */
  public Set<String> namespaces() {
    return watched.names();
  }

  /** The same with these namespaces; none means all. */
  public OperatorOptions withNamespaces(String... value) {
    return withNamespaces(Set.of(value));
  }

  /** The same with these namespaces; none means all. */
  public OperatorOptions withNamespaces(Set<String> value) {
    return withWatched(new WatchedNamespaces(value, ""));
  }

  /** The same with Qdrant reached in another way. */
  public OperatorOptions withQdrant(QdrantConnector connector) {
    return withQdrant(new QdrantAccess(connector, qdrant.allowedAddresses()));
  }

  /** The same with audit trails in another directory. */
  public OperatorOptions withAuditDirectory(Path directory) {
    return withAudit(
        new AuditOutput(directory, audit.copy(), audit.signingKey(), audit.retention()));
  }

  /** The same with each audit line also written here. */
  public OperatorOptions withAuditCopy(PrintStream copy) {
    return withAudit(
        new AuditOutput(audit.directory(), copy, audit.signingKey(), audit.retention()));
  }

  /** The same with checkpoints signed by another key, or by none. */
  public OperatorOptions withAuditSigningKey(@Nullable AuditSigningKey key) {
    return withAudit(new AuditOutput(audit.directory(), audit.copy(), key, audit.retention()));
  }

  /** The same with probes and metrics served at another address. */
  public OperatorOptions withHttp(String host, int port) {
    return withHttp(new HttpAddress(host, port, http.page()));
  }

  /** The same with the live page, or without it. */
  public OperatorOptions withPage(boolean page) {
    return withHttp(new HttpAddress(http.host(), http.port(), page));
  }
}
