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

  /** What a variable is called, what it means if absent, and what it is for. */
  enum Variable {
    NAMESPACES("", "namespaces to watch, separated by commas; empty means all"),
    NAMESPACE_SELECTOR(
        "", "labels of the namespaces to watch, such as team=search, in place of NAMESPACES"),
    INSTANCE("", "name of this replica; empty takes HOSTNAME"),
    AUDIT_DIR("audit", "directory of the audit files"),
    AUDIT_STDOUT("false", "whether each audit line also goes to standard output"),
    AUDIT_SIGNING_KEY_FILE(
        "", "file with the Ed25519 private key that signs checkpoints; empty leaves them unsigned"),
    AUDIT_KEEP_FOR("", "how long lines of an audit trail are kept; empty for ever"),
    AUDIT_KEEP_BYTES("", "bytes of each audit trail that are kept; empty for all"),
    APPROVAL_GUARD(
        "false",
        "whether the chart's admission policy guards approvals; approvers are recorded as Authenticated then"),
    ALLOWED_ADDRESSES(
        "",
        "loopback, link-local, metadata or API-server addresses or CIDR ranges that endpoints may have, separated by commas"),
    HTTP_HOST("0.0.0.0", "address of probes and metrics"),
    HTTP_PORT("8080", "port of probes and metrics; 0 takes a free one"),
    PAGE("false", "whether the live page is served at /page of that port"),
    LEADER_ELECTION("true", "whether replicas elect a leader"),
    LEASE_NAME("tierkeeper", "name of the Lease"),
    LEASE_NAMESPACE("", "namespace of the Lease; empty takes the client's own"),
    LEASE_DURATION("15s", "how long others wait for a silent leader"),
    LEASE_RENEW_DEADLINE("10s", "how long a leader that cannot renew continues"),
    LEASE_RETRY_PERIOD("2s", "how often the lease is renewed"),
    EVALUATE_EVERY(
        "", "evaluation interval in addition to the policies' schedules; empty for none"),
    EVALUATION_GAP(
        "2s",
        "least time between two evaluations of a collection, however many changes request them"),
    LONGEST_RETRY("1m", "longest interval between attempts after errors"),
    SETTLE("70s", "how long a move waits after a switch for requests in flight"),
    MOVE_DEADLINE("5m", "how long a transfer may make no progress"),
    KEEP_FINISHED_FOR("720h", "how long finished TierMoves are kept"),
    KEEP_FINISHED_PER_TENANT("20", "how many finished TierMoves of a tenant are kept"),
    LOG_LEVEL("INFO", "level of the log, read by the launcher");

    final String absent;
    final String meaning;

    Variable(String absent, String meaning) {
      this.absent = absent;
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
      throw UsageException.setting(Variable.LOG_LEVEL.key(), level, String.join(", ", LOG_LEVELS));
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
            text(Variable.HTTP_HOST), integer(Variable.HTTP_PORT, 0, 65535), flag(Variable.PAGE)),
        new Pace(
            text(Variable.EVALUATE_EVERY).isEmpty() ? null : duration(Variable.EVALUATE_EVERY),
            duration(Variable.EVALUATION_GAP),
            duration(Variable.LONGEST_RETRY),
            duration(Variable.SETTLE),
            duration(Variable.MOVE_DEADLINE),
            duration(Variable.KEEP_FINISHED_FOR),
            integer(Variable.KEEP_FINISHED_PER_TENANT, 1, 1000)),
        new QdrantAccess(
            endpoints -> {
              // Only composition roots name an adapter.
              throw new IllegalStateException(
                  "no QdrantConnector was given: withQdrant(GrpcQdrant::connect)");
            },
            addresses()),
        Runtime.getRuntime().maxMemory(),
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
    String allowed = "a file with an Ed25519 private key in PKCS#8 PEM, not encrypted; ";
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
          variable.key(),
          text(variable),
          "IP addresses and CIDR ranges, separated by commas; " + e.getMessage());
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
      default -> throw UsageException.setting(variable.key(), text(variable), "true, false");
    };
  }

  private int integer(Variable variable, int least, int most) {
    try {
      int value = Integer.parseInt(text(variable));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw UsageException.setting(
          variable.key(), text(variable), "a whole number, " + least + " to " + most);
    }
    throw UsageException.setting(variable.key(), text(variable), least + " to " + most);
  }

  /** 0 for an empty value. */
  private long bytes(Variable variable) {
    String value = text(variable);
    if (value.isEmpty()) {
      return 0;
    }
    Matcher matcher = BYTES.matcher(value);
    if (!matcher.matches()) {
      throw UsageException.setting(
          variable.key(), value, "a whole number with Ki, Mi, Gi or Ti, such as 500Mi");
    }
    return Long.parseLong(matcher.group(1)) << 10 * ("KMGT".indexOf(matcher.group(2)) + 1);
  }

  private Duration duration(Variable variable) {
    String value = text(variable);
    try {
      Duration parsed = Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
      if (!parsed.isNegative()) {
        return parsed;
      }
    } catch (DateTimeParseException e) {
      throw UsageException.setting(variable.key(), value, "a duration such as 70s, 5m or 1h30m");
    }
    throw UsageException.setting(variable.key(), value, "a duration that is not negative");
  }
}
