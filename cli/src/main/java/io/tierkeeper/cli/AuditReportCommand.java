package io.tierkeeper.cli;

import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.cli.report.AuditPage;
import io.tierkeeper.cli.report.AuditScope;
import io.tierkeeper.cli.report.CheckedTrail;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes trails as one page for auditors. */
@Command(
    name = "report",
    description =
        "Write a trail as one HTML page: the state of the chain, each move with decision, approval, steps and verification, charts, and the table of decisions.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":the chain is intact",
      ExitCode.FAILURE
          + ":the chain does not verify; the page has the lines before the fault and says so",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ${ROOT-COMMAND-NAME} audit report /var/lib/tierkeeper/audit --since 2026-11-01 --out report.html")
final class AuditReportCommand implements Callable<Integer> {

  private static final String STANDARD_OUTPUT = "-";

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Audit files or directories, also compressed files.")
  List<Path> files = List.of();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "audit-report.html",
      description = "Where the page is written, - for standard output; default: ${DEFAULT-VALUE}.")
  String out = "audit-report.html";

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      description = "Only moves and decisions of this tenant; repeat for several.")
  List<String> tenants = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only lines from this time on, such as 2026-11-21 or 2026-11-21T00:50:00Z.")
  @Nullable
  String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only lines before this time, such as 2026-11-22 or 2026-11-22T00:50:00Z.")
  @Nullable
  String until;

  @Mixin
  ChainOptions chain = new ChainOptions();

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter terminal = Objects.requireNonNull(spec).commandLine().getOut();
    AuditScope scope = new AuditScope(
        time("--since", since, Instant.MIN),
        time("--until", until, Instant.MAX),
        Set.copyOf(tenants));
    if (!scope.since().isBefore(scope.until())) {
      throw new UsageException("--since " + since + " must be before --until " + until);
    }
    List<CheckedTrail> trails = verified();
    AuditPage page = AuditPage.of(trails, scope, Instant.now(), Main.version());
    if (out.equals(STANDARD_OUTPUT)) {
      page.write(terminal);
      terminal.flush();
    } else {
      write(page, Path.of(out));
      terminal.println(out + ": " + summary(page, trails));
    }
    return page.intact() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private List<CheckedTrail> verified() throws IOException {
    List<List<Path>> trails = List.copyOf(ChainOptions.trails(files).values());
    for (Path file : trails.stream().flatMap(List::stream).toList()) {
      if (Files.exists(Path.of(out)) && Files.isSameFile(file, Path.of(out))) {
        throw new UsageException("--out " + out + " must not be a file of the trail");
      }
    }
    List<CheckedTrail> checked = new ArrayList<>();
    for (List<Path> trail : trails) {
      AuditReport report = chain.verify(trail);
      checked.add(new CheckedTrail(trail, report));
    }
    return checked;
  }

  private static void write(AuditPage page, Path file) {
    try (Writer writer = Files.newBufferedWriter(file)) {
      page.write(writer);
    } catch (IOException e) {
      throw new FailureException("--out " + file + " cannot be written: " + e.getMessage());
    }
  }

  private static String summary(AuditPage page, List<CheckedTrail> trails) {
    long lines = trails.stream().mapToLong(trail -> trail.report().lines()).sum();
    int moves = page.moves().size();
    return (page.intact() ? "chain verified, " : "BROKEN chain, ") + lines + " good lines, " + moves
        + (moves == 1 ? " move" : " moves")
        + (page.omitted().moves() > 0 ? " and " + page.omitted().moves() + " without details" : "");
  }

  /** A time, or a day as its beginning in UTC. */
  private static Instant time(String option, @Nullable String text, Instant otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      throw new UsageException(option + " " + text
          + " must be a day or a time in UTC, such as 2026-11-21 or 2026-11-21T00:50:00Z");
    }
  }
}
