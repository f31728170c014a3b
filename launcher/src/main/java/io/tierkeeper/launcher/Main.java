package io.tierkeeper.launcher;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one of the {@link Subcommand}s on the class path; exit codes are those of {@link ExitCode}. */
@Command(
    name = "tierkeeper",
    description =
        "Move big tenants of a multi-tenant Qdrant collection to dedicated shard keys and small ones back, without losing a point, and record every decision.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":the command succeeded, and what it checked holds",
      ExitCode.FAILURE + ":the command failed, or what it checked does not hold",
      ExitCode.USAGE_LINE
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  /** The commands that only the distribution of {@code lab/commands} has; a test there compares them with its own. */
  public static final Set<String> LABORATORY = Set.of("demo", "prove", "swarm");

  private static final String LOG_LEVEL = "tierkeeper.log.level";
  /** System property that the scripts set where the JVM writes the loaded classes into a file at its end. */
  private static final String ARCHIVE = "tierkeeper.archive";

  private static final String LOG_VARIABLE = "TIERKEEPER_LOG_LEVEL";

  private Main() {}

  public static void main(String[] args) {
    SortedMap<String, Subcommand> commands = commands(args);
    // Read by logback.xml, so it must be set before the first logger.
    Subcommand named = args.length == 0 ? null : commands.get(args[0]);
    if (System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, named == null ? "ERROR" : named.logLevel());
    }
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    int code = run(commands, out, err, args);
    // Writers flush themselves at the end of a line only.
    out.flush();
    err.flush();
    if (code != ExitCode.OK && code <= ExitCode.USAGE && System.getProperty(ARCHIVE) != null) {
      // An orderly end would leave an archive with the few classes of a command that failed.
      Runtime.getRuntime().halt(code);
    }
    // Clients of Kubernetes and Qdrant keep threads that are not daemons.
    System.exit(code);
  }

  /**
   * Runs one command.
   *
   * @return an {@link ExitCode}
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return run(commands(args), out, err, args);
  }

  private static int run(
      SortedMap<String, Subcommand> commands, PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = line(commands);
    line.setOut(out).setErr(err);
    if (args.length == 0) {
      line.usage(out);
      return ExitCode.OK;
    }
    return line.execute(args);
  }

  /** The whole command line, such as completion needs it. */
  public static CommandLine line() {
    return line(commands());
  }

  private static CommandLine line(SortedMap<String, Subcommand> commands) {
    String name = CommandName.get();
    CommandLine line = new CommandLine(new Main()).setCommandName(name);
    commands.forEach(line::addSubcommand);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setParameterExceptionHandler((wrong, arguments) -> {
      CommandLine at = wrong.getCommandLine();
      if (wrong instanceof UnmatchedArgumentException unmatched && at == line) {
        String word = unmatched.getUnmatched().getFirst();
        if (LABORATORY.contains(word)) {
          at.getErr().println(name + ": " + inLaboratory(word));
          return ExitCode.USAGE;
        }
      }
      at.getErr()
          .println(name + ": " + oneLine(wrong.getMessage()) + " (see "
              + at.getCommandSpec().qualifiedName() + " --help)");
      return ExitCode.USAGE;
    });
    line.setExecutionExceptionHandler((thrown, at, parsed) -> {
      if (thrown instanceof UsageException wrong) {
        at.getErr().println(name + ": " + oneLine(wrong.getMessage()));
        return ExitCode.USAGE;
      }
      if (thrown instanceof FailureException failed) {
        at.getErr().println(name + ": " + oneLine(failed.getMessage()));
        return ExitCode.FAILURE;
      }
      at.getErr()
          .println(name + ": internal error: " + oneLine(thrown.toString()) + " (set "
              + LOG_VARIABLE + "=DEBUG for the stack trace)");
      if ("DEBUG".equalsIgnoreCase(System.getenv(LOG_VARIABLE))) {
        thrown.printStackTrace(at.getErr());
      }
      return ExitCode.FAILURE;
    });
    return line;
  }

  /** All commands if the arguments name none of them, else that one: the others need not be loaded. */
  private static SortedMap<String, Subcommand> commands(String... args) {
    if (args.length > 0) {
      for (Provider<Subcommand> provider :
          ServiceLoader.load(Subcommand.class).stream().toList()) {
        Command annotation = provider.type().getAnnotation(Command.class);
        if (annotation != null && annotation.name().equals(args[0])) {
          return new TreeMap<>(Map.of(args[0], provider.get()));
        }
      }
    }
    return commands();
  }

  /** The commands on the class path by name, in the order of the help text. */
  private static SortedMap<String, Subcommand> commands() {
    TreeMap<String, Subcommand> commands = new TreeMap<>();
    ServiceLoader.load(Subcommand.class)
        .forEach(command -> commands.put(new CommandLine(command).getCommandName(), command));
    return commands;
  }

  /** What to do about a command, or an option, that this distribution lacks. */
  public static String inLaboratory(String words) {
    return words
        + " needs the test laboratory, which this distribution does not contain. Run ./tierkeeper "
        + words + " in a checkout of Tierkeeper.";
  }

  private static String oneLine(@Nullable String message) {
    return String.valueOf(message).replaceAll("\\s*\\R\\s*", "; ");
  }

  /** The version that the build wrote into the jar's manifest. */
  public static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("0.1.0-SNAPSHOT");
  }

  /** Prints the version for {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tierkeeper " + version() + " (Java " + Runtime.version() + ")"};
    }
  }
}
