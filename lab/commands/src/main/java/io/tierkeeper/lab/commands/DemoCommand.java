package io.tierkeeper.lab.commands;

import io.tierkeeper.cli.Browser;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.lab.demo.Demo;
import io.tierkeeper.lab.demo.DemoFailure;
import io.tierkeeper.lab.demo.DemoOptions;
import io.tierkeeper.lab.demo.DemoResult;
import io.tierkeeper.lab.demo.Narrator;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the demo. */
@Command(
    name = "demo",
    description =
        "Run a demo on this machine: measure, promote, demote and audit a tenant while clients read and write.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":every check passed",
      ExitCode.FAILURE + ":a check failed, or the demo did not reach its end",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} demo --open     watch it on the live page in a browser",
      "  ${ROOT-COMMAND-NAME} demo --keep     explore the result with kubectl and the other verbs"
    })
public final class DemoCommand implements Subcommand, Callable<Integer> {

  @Option(names = "--no-color", description = "Print without colors.")
  boolean noColor;

  @Mixin
  OutputOption output = new OutputOption();

  @Option(
      names = "--keep",
      description = "Keep running afterwards, and print a kubeconfig and the ports.")
  boolean keep;

  @Option(
      names = "--open",
      description =
          "Serve the operator's live page, print its address and open it in a browser; keep running afterwards, until Ctrl-C.")
  boolean open;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "Kubeconfig of the cluster to use, namespace default; default: an embedded API. The CRDs are installed there and not removed.")
  @Nullable
  Path kubeconfig;

  @Option(
      names = "--qdrant",
      paramLabel = "URL",
      split = ",",
      description =
          "gRPC endpoints of a real Qdrant, one per peer, such as http://host:6334; default: embedded. The collection knowledge_base is created there and deleted at the end.")
  @Nullable
  List<URI> qdrant;

  @Option(
      names = "--rest-port",
      paramLabel = "PORT",
      split = ",",
      description =
          "REST port of the --qdrant endpoints: one for all, or one per endpoint; default 6333.")
  @Nullable
  List<Integer> restPorts;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the generated collection.")
  long seed;

  @Option(
      names = "--tenants",
      paramLabel = "N",
      defaultValue = "200",
      description = "Number of tenants to generate, 10 to 10000.")
  int tenants;

  @Option(
      names = "--points",
      paramLabel = "N",
      defaultValue = "60000",
      description = "Number of points to generate, 20000 to 1000000.")
  int points;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Directory of the audit file and the kubeconfig; default: a new temporary directory.")
  @Nullable
  Path directory;

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    DemoOptions options = options();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Narrator narrator = new Narrator(
        output.structured() ? err : out,
        !noColor
            && !output.structured()
            && System.console() != null
            && System.getenv("NO_COLOR") == null,
        output.structured());
    try (Demo demo = new Demo(options, narrator, Main.version())) {
      DemoResult result = demo.run();
      if (output.structured()) {
        output.print(out, result.toJson());
      } else {
        result.print(narrator);
      }
      if (options.keep()) {
        demo.keepRunning();
      }
      return result.passed() ? ExitCode.OK : ExitCode.FAILURE;
    } catch (DemoFailure failure) {
      err.println("tierkeeper: demo failed: " + failure.getMessage());
      return ExitCode.FAILURE;
    }
  }

  private DemoOptions options() throws IOException {
    requireBetween("--tenants", tenants, 10, 10_000);
    requireBetween("--points", points, 20_000, 1_000_000);
    for (URI endpoint : Objects.requireNonNullElse(qdrant, List.<URI>of())) {
      if (endpoint.getHost() == null
          || endpoint.getPort() < 0
          || !List.of("http", "https").contains(String.valueOf(endpoint.getScheme()))) {
        throw new UsageException(
            "--qdrant " + endpoint + " must be http(s)://host:port, the gRPC port");
      }
    }
    if (restPorts != null && qdrant == null) {
      throw new UsageException("--rest-port needs --qdrant");
    }
    List<Integer> rest = restPorts == null ? List.of(6333) : restPorts;
    if (qdrant != null && rest.size() != 1 && rest.size() != qdrant.size()) {
      throw new UsageException("--rest-port " + rest
          + " must be one port, or one per --qdrant endpoint: " + qdrant.size());
    }
    if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
      throw new UsageException("--kubeconfig " + kubeconfig + " must be a readable file");
    }
    Path where = directory == null
        ? Files.createTempDirectory("tierkeeper-demo-")
        : Files.createDirectories(directory);
    return new DemoOptions(
        kubeconfig,
        qdrant == null ? List.of() : qdrant,
        rest,
        System.getenv("QDRANT_API_KEY"),
        seed,
        tenants,
        points,
        where,
        keep || open,
        open ? Browser::open : null);
  }

  private static void requireBetween(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new UsageException(option + " " + value + " must be between " + least + " and " + most);
    }
  }
}
