package io.tierkeeper.cli;

import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The one binary. Exit codes: 0 as promised, 1 something is not, 2 a wrong flag, file or argument. */
@Command(
    name = "tierkeeper",
    description =
        "Keeps every tenant of a Qdrant collection in the tier it deserves, moves it without losing a point, and can prove afterwards why and how.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      OperatorCommand.class,
      SimulateCommand.class,
      ReplayCommand.class,
      SwarmCommand.class,
      ProveCommand.class,
      ExplainCommand.class,
      AuditCommand.class,
      HufCommand.class
    })
public final class Main {

  static final int OK = 0;
  static final int NOT_AS_PROMISED = 1;
  static final int USAGE = 2;

  private Main() {}

  public static void main(String[] args) {
    if (args.length == 0 || !args[0].equals("operator")) {
      // Read by logback.xml, so it must be set before the first logger: people at a terminal want
      // errors at most, and none of operators to which a proof lets them happen.
      boolean proves = args.length > 0 && args[0].equals("prove");
      System.setProperty(
          "tierkeeper.log.level",
          System.getProperty("tierkeeper.log.level", proves ? "OFF" : "ERROR"));
    }
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    int code = run(
        new PrintWriter(System.out, true, System.out.charset()),
        new PrintWriter(System.err, true, System.err.charset()),
        args);
    // Clients of Kubernetes and Qdrant keep threads that are not daemons.
    System.exit(code);
  }

  /**
   * Runs one command.
   *
   * @return 0 if everything is as promised, 1 if not, 2 for a user's mistake
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new Main());
    line.setOut(out).setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setParameterExceptionHandler((wrong, arguments) -> {
      CommandLine at = wrong.getCommandLine();
      err.println("tierkeeper: " + oneLine(wrong.getMessage()) + " (see "
          + at.getCommandSpec().qualifiedName() + " --help)");
      return USAGE;
    });
    line.setExecutionExceptionHandler((thrown, at, parsed) -> {
      if (thrown instanceof UserMistake mistake) {
        err.println("tierkeeper: " + oneLine(mistake.getMessage()));
        return USAGE;
      }
      throw thrown;
    });
    if (args.length == 0) {
      line.usage(out);
      return OK;
    }
    return line.execute(args);
  }

  private static String oneLine(@Nullable String message) {
    return String.valueOf(message).replaceAll("\\s*\\R\\s*", "; ");
  }

  /** The version that the build wrote into the jar's manifest. */
  static String version() {
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
