package io.tierkeeper.cli;

import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the last lines of a trail as sentences, and follows it. */
@Command(
    name = "tail",
    description =
        "Print the last lines of an audit trail as sentences. The chain is not verified; audit verify does that.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} audit tail --follow --tenant acme /var/lib/tierkeeper/audit",
      "  kubectl logs -f deploy/tierkeeper | ${ROOT-COMMAND-NAME} audit tail -     with TIERKEEPER_AUDIT_STDOUT=true"
    })
final class AuditTailCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final String STANDARD_INPUT = "-";

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Audit files or directories, or - for standard input; lines that are no audit lines are skipped.")
  List<String> files = List.of();

  @Option(
      names = {"-f", "--follow"},
      description = "Print new lines as they are written, until Ctrl-C.")
  boolean follow;

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "20",
      description = "Last lines to begin with; default: ${DEFAULT-VALUE}.")
  int lines;

  @Option(names = "--tenant", paramLabel = "TENANT", description = "Only lines about this tenant.")
  @Nullable
  String tenant;

  @Option(
      names = "--all",
      description = "Also measurements, compositions, checkpoints and the single steps of moves.")
  boolean all;

  @Mixin
  OutputOption output = new OutputOption();

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (lines < 0) {
      throw new UsageException("--lines " + lines + " must be at least 0");
    }
    if (files.contains(STANDARD_INPUT)) {
      return standardInput(out);
    }
    for (String file : files) {
      if (!Files.isReadable(Path.of(file))) {
        throw new UsageException("FILE " + file + " must be a readable file or directory, or -");
      }
    }
    TrailTail trail = new TrailTail(files.stream().map(Path::of).toList());
    List<TailLine> first = shown(trail.more())
        .sorted(Comparator.comparing(line -> line.json().path("time").asText()))
        .toList();
    for (TailLine line : first.subList(Math.max(0, first.size() - lines), first.size())) {
      print(out, line);
    }
    while (follow) {
      Thread.sleep(POLL);
      for (TailLine line : shown(trail.more()).toList()) {
        print(out, line);
      }
    }
    return ExitCode.OK;
  }

  private int standardInput(PrintWriter out) throws IOException {
    if (files.size() > 1) {
      throw new UsageException("FILE - and other files are mutually exclusive");
    }
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String text = in.readLine(); text != null; text = in.readLine()) {
      for (TailLine line : shown(List.of(text)).toList()) {
        print(out, line);
      }
    }
    return ExitCode.OK;
  }

  private Stream<TailLine> shown(List<String> texts) {
    return texts.stream()
        .flatMap(text -> TailLine.parse(text).stream())
        .filter(line -> all || !line.isDetail())
        .filter(line -> tenant == null || tenant.equals(line.tenant()));
  }

  private void print(PrintWriter out, TailLine line) {
    switch (output.format()) {
      // One object a line, as programs read streams.
      case JSON -> out.println(line.json());
      case YAML -> {
        out.println("---");
        OutputOption.yaml(out, line.json());
      }
      case TABLE, WIDE -> out.println(line.sentence(output.wide()));
    }
    out.flush();
  }
}
