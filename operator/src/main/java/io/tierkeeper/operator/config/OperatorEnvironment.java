package io.tierkeeper.operator.config;

import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@link OperatorOptions} from environment variables; each variable is listed once, here. */
final class OperatorEnvironment {

  private static final String PREFIX = "TIERKEEPER_";
  private static final Pattern BYTES = Pattern.compile("([1-9][0-9]{0,5})([KMGT])i");

  /** Logback takes any other word for DEBUG. */
  private static final List<String> LOG_LEVELS =
      List.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");

  /**
   * Which values a variable may have.
   *
   * @param words as messages and the documentation have it
   * @param least of a whole number; else 0
   * @param most of a whole number; else 0
   */
  record Allowed(String words, int least, int most) {
    static final Allowed FLAG = of("true, false");
    static final Allowed DURATION = of("a duration that is not negative, such as 70s, 5m or 1h30m");
    static final Allowed POSITIVE = of("a duration above 0, such as 70s, 5m or 1h30m");
    static final Allowed BYTES = of("a whole number with Ki, Mi, Gi or Ti, such as 500Mi");

    static Allowed of(String words) {
      return new Allowed(words, 0, 0);
    }

    static Allowed wholeNumber(int least, int most) {
      return new Allowed("a whole number, " + least + " to " + most, least, most);
    }
  }

  /** What a variable is called, what it means if absent, what it may be, and what it is for; docs/operator-options.md is made of it. */
  enum Variable {
    NAMESPACES(
        "",
        Allowed.of("names, separated by commas"),
        "Namespaces to watch. Empty: all that the service account can access."),
    NAMESPACE_SELECTOR(
        "",
        Allowed.of("labels such as team=search"),
        "Labels of the namespaces to watch, in place of TIERKEEPER_NAMESPACES."),
    INSTANCE(
        "",
        Allowed.of("a name that no other replica has"),
        "Name of this replica. Empty: that of HOSTNAME."),
    AUDIT_DIR("audit", Allowed.of("a directory"), "Directory of the audit files."),
    AUDIT_STDOUT(
        "false",
        Allowed.FLAG,
        "Whether each audit line is also written to standard output, for log shippers."),
    AUDIT_SIGNING_KEY_FILE(
        "",
        Allowed.of("a file with an Ed25519 private key in PKCS#8 PEM, not encrypted"),
        "Key that signs checkpoints, read once at start; docs/audit.md describes them. Empty: checkpoints are not signed."),
    AUDIT_KEEP_FOR(
        "",
        Allowed.POSITIVE,
        "How long lines of the audit trails are kept; docs/audit.md describes the retention. Empty: without limit."),
    AUDIT_KEEP_BYTES(
        "", Allowed.BYTES, "How much of each audit trail is kept. Empty: without limit."),
    SNAPSHOT_DIR(
        "",
        Allowed.of("a directory that outlives the pod"),
        "Directory of the snapshots that policies ask for with spec.snapshots (docs/snapshots.md). Empty: none can be stored."),
    APPROVAL_GUARD(
        "false",
        Allowed.FLAG,
        "Whether the chart's approval guard is installed, an admission policy (docs/kubernetes.md); approvers are recorded as Authenticated then. The chart sets it."),
    ALLOWED_ADDRESSES(
        "",
        Allowed.of("IP addresses and CIDR ranges, separated by commas"),
        "Loopback, link-local, metadata or API-server addresses that endpoints of every collection may have (docs/security.md)."),
    HTTP_HOST("0.0.0.0", Allowed.of("an address of this host"), "Address of probes and metrics."),
    HTTP_PORT(
        "8080", Allowed.wholeNumber(0, 65535), "Port of probes and metrics; 0 selects a free one."),
    PAGE(
        "false",
        Allowed.FLAG,
        "Whether the live page (docs/page.md) is served at /page of that port. The chart sets it with page.enabled."),
    LEADER_ELECTION(
        "true",
        Allowed.FLAG,
        "Whether replicas elect a leader; false only if there can be no second replica."),
    LEASE_NAME("tierkeeper", Allowed.of("a name"), "Name of the Lease."),
    LEASE_NAMESPACE(
        "", Allowed.of("a name"), "Namespace of the Lease. Empty: the client's own namespace."),
    LEASE_DURATION(
        "15s",
        Allowed.DURATION,
        "How long a standby waits for a leader that does not renew; longer than the renew deadline and the request timeout (two fifths of it) together, because two leaders could overlap otherwise."),
    LEASE_RENEW_DEADLINE(
        "10s",
        Allowed.DURATION,
        "How long a leader that cannot renew continues; at least twice the retry period."),
    LEASE_RETRY_PERIOD("2s", Allowed.DURATION, "How often the lease is renewed; at least 100 ms."),
    EVALUATE_EVERY(
        "",
        Allowed.POSITIVE,
        "Evaluation interval in addition to the policies' schedules. Empty: none."),
    EVALUATION_GAP(
        "2s",
        Allowed.DURATION,
        "Least time between two evaluations of a collection, however many changes and requests there are."),
    LONGEST_RETRY(
        "1m",
        Allowed.POSITIVE,
        "Longest interval between retries after errors; the number of retries has no limit."),
    SETTLE(
        "70s",
        Allowed.DURATION,
        "Wait after a switch for requests in flight; keep it longer than the longest client timeout."),
    MOVE_DEADLINE("5m", Allowed.POSITIVE, "How long a transfer may show no progress."),
    KEEP_FINISHED_FOR(
        "720h",
        Allowed.DURATION,
        "How long finished TierMoves are kept if they have no ttlAfterFinished."),
    KEEP_FINISHED_PER_TENANT(
        "20",
        Allowed.wholeNumber(1, 1000),
        "Number of finished TierMoves that are kept per tenant."),
    LOG_LEVEL("INFO", Allowed.of(String.join(", ", LOG_LEVELS)), "Level of the log.");

    final String absent;
    final Allowed allowed;
    final String meaning;

    Variable(String absent, Allowed allowed, String meaning) {
      this.absent = absent;
      this.allowed = allowed;
      this.meaning = meaning;
    }

    String key() {
      return PREFIX + name();
    }
  }

  private final Map<String, String> environment;

  private OperatorEnvironment(Map<String, String> environment) {
    this.environment = environment;
  }

  static OperatorOptions read(Map<String, String> environment) {
    Set<String> known = Arrays.stream(Variable.values())
        .map(Variable::key)
        .collect(Collectors.toCollection(TreeSet::new));
    new TreeMap<>(environment).forEach((key, value) -> {
      if (key.startsWith(PREFIX) && !known.contains(key) && !isForTheLauncher(key)) {
        throw UsageException.setting(
            key, value, "an option of the operator: " + String.join(", ", known));
      }
    });
    OperatorEnvironment read = new OperatorEnvironment(environment);
    String level = read.text(Variable.LOG_LEVEL).toUpperCase(Locale.ROOT);
    if (!level.isEmpty() && !LOG_LEVELS.contains(level)) {
      throw refused(Variable.LOG_LEVEL, level);
    }
    return read.options();
  }

  /** The launcher and Kubernetes' own service links ({@code TIERKEEPER_SERVICE_HOST}) share the prefix. */
  private static boolean isForTheLauncher(String key) {
    return key.startsWith(PREFIX + "SERVICE_")
        || key.startsWith(PREFIX + "PORT")
        || key.startsWith(PREFIX + "JAVA")
        || key.startsWith(PREFIX + "OPTS")
        || key.contains("_METRICS_");
  }

  private OperatorOptions options() {
    return new OperatorOptions(
        watched(),
        instance(),
        version(),
        new LeaderElection(
            flag(Variable.LEADER_ELECTION),
            text(Variable.LEASE_NAME),
            text(Variable.LEASE_NAMESPACE).isEmpty() ? null : text(Variable.LEASE_NAMESPACE),
            duration(Variable.LEASE_DURATION),
            duration(Variable.LEASE_RENEW_DEADLINE),
            duration(Variable.LEASE_RETRY_PERIOD)),
        new OperatorOptions.AuditOutput(
            Path.of(text(Variable.AUDIT_DIR)),
            flag(Variable.AUDIT_STDOUT) ? System.out : null,
            signingKey(),
            new AuditOptions.Retention(
                text(Variable.AUDIT_KEEP_FOR).isEmpty() ? null : duration(Variable.AUDIT_KEEP_FOR),
                bytes(Variable.AUDIT_KEEP_BYTES))),
        flag(Variable.APPROVAL_GUARD),
        new OperatorOptions.HttpAddress(
            text(Variable.HTTP_HOST), integer(Variable.HTTP_PORT), flag(Variable.PAGE)),
        new Pace(
            text(Variable.EVALUATE_EVERY).isEmpty() ? null : duration(Variable.EVALUATE_EVERY),
            duration(Variable.EVALUATION_GAP),
            duration(Variable.LONGEST_RETRY),
            duration(Variable.SETTLE),
            duration(Variable.MOVE_DEADLINE),
            duration(Variable.KEEP_FINISHED_FOR),
            integer(Variable.KEEP_FINISHED_PER_TENANT)),
        new QdrantAccess(
            endpoints -> {
              // Only composition roots name an adapter.
              throw new IllegalStateException(
                  "no QdrantConnector was given: withQdrant(GrpcQdrant::connect)");
            },
            addresses()),
        new OperatorOptions.MoveRoom(
            Runtime.getRuntime().maxMemory(),
            text(Variable.SNAPSHOT_DIR).isEmpty() ? null : Path.of(text(Variable.SNAPSHOT_DIR))),
        Clock.systemUTC(),
        () -> Runtime.getRuntime().halt(OperatorOptions.EXIT_LOST_LEASE));
  }

  private WatchedNamespaces watched() {
    Set<String> names = Arrays.stream(text(Variable.NAMESPACES).split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toSet());
    String selector = text(Variable.NAMESPACE_SELECTOR);
    if (!names.isEmpty() && !selector.isEmpty()) {
      throw UsageException.setting(
          Variable.NAMESPACE_SELECTOR.key(),
          selector,
          "nothing where " + Variable.NAMESPACES.key() + " names namespaces");
    }
    return new WatchedNamespaces(names, selector);
  }

  private String instance() {
    String given = text(Variable.INSTANCE);
    if (!given.isEmpty()) {
      return given;
    }
    String host = environment.getOrDefault("HOSTNAME", "");
    return host.isEmpty() ? "tierkeeper-" + ProcessHandle.current().pid() : host;
  }

  private @Nullable AuditSigningKey signingKey() {
    Variable variable = Variable.AUDIT_SIGNING_KEY_FILE;
    String file = text(variable);
    if (file.isEmpty()) {
      return null;
    }
    String allowed = variable.allowed.words() + "; ";
    try {
      return AuditSigningKey.read(Path.of(file));
    } catch (IllegalArgumentException e) {
      throw UsageException.setting(variable.key(), file, allowed + e.getMessage());
    } catch (IOException e) {
      throw UsageException.setting(
          variable.key(), file, allowed + "not readable: " + e.getClass().getSimpleName());
    }
  }

  private List<AddressRange> addresses() {
    Variable variable = Variable.ALLOWED_ADDRESSES;
    try {
      return AddressRange.list(text(variable));
    } catch (IllegalArgumentException e) {
      throw UsageException.setting(
          variable.key(), text(variable), variable.allowed.words() + "; " + e.getMessage());
    }
  }

  private static String version() {
    @Nullable String version = OperatorOptions.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private String text(Variable variable) {
    return environment.getOrDefault(variable.key(), variable.absent).strip();
  }

  private boolean flag(Variable variable) {
    return switch (text(variable).toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(variable, text(variable));
    };
  }

  private int integer(Variable variable) {
    try {
      int value = Integer.parseInt(text(variable));
      if (value >= variable.allowed.least() && value <= variable.allowed.most()) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw refused(variable, text(variable));
    }
    throw refused(variable, text(variable));
  }

  /** 0 for an empty value. */
  private long bytes(Variable variable) {
    String value = text(variable);
    if (value.isEmpty()) {
      return 0;
    }
    Matcher matcher = BYTES.matcher(value);
    if (!matcher.matches()) {
      throw refused(variable, value);
    }
    return Long.parseLong(matcher.group(1)) << 10 * ("KMGT".indexOf(matcher.group(2)) + 1);
  }

  private Duration duration(Variable variable) {
    String value = text(variable);
    try {
      Duration parsed = Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
      if (!parsed.isNegative() && !(parsed.isZero() && variable.allowed == Allowed.POSITIVE)) {
        return parsed;
      }
    } catch (DateTimeParseException e) {
      throw refused(variable, value);
    }
    throw refused(variable, value);
  }

  private static UsageException refused(Variable variable, String value) {
    return UsageException.setting(variable.key(), value, variable.allowed.words());
  }
}
