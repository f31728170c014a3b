package io.tierkeeper.lab.commands.pages;

import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.launcher.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;

/** {@code tierkeeper} and {@code kubectl tier}: parsed by the real command line, and run where that needs no cluster and seconds only. */
final class TierkeeperCalls implements Calls.Program {

  /** Commands that run here, in this JVM. */
  private static final Set<String> RUN_HERE = Set.of(
      "audit tail",
      "audit verify",
      "audit report",
      "completion",
      "huf export",
      "replay",
      "simulate",
      "tierkeeper");

  private static final String VERBS = "cli/src/test/java/io/tierkeeper/cli/cluster/VerbsIT.java";
  private static final String MOVES =
      "cli/src/test/java/io/tierkeeper/cli/cluster/MoveVerbsTest.java";
  private static final String INTENTS =
      "cli/src/test/java/io/tierkeeper/cli/cluster/IntentVerbsTest.java";
  private static final String PROCESSES =
      "operator/src/test/java/io/tierkeeper/operator/process/RealCluster.java";
  private static final String LAB = "lab/commands/src/test/java/io/tierkeeper/lab/commands/";

  /** The tests that run the others. */
  private static final Map<String, String> RUN_BY = Map.ofEntries(
      Map.entry("abort", MOVES),
      Map.entry("audit tail", VERBS),
      Map.entry("approve", VERBS),
      Map.entry("check", "cli/src/test/java/io/tierkeeper/cli/check/CheckCommandTest.java"),
      Map.entry(
          "dashboard", "cli/src/test/java/io/tierkeeper/cli/cluster/DashboardCommandTest.java"),
      Map.entry("demo", LAB + "DemoE2E.java"),
      Map.entry("demote", INTENTS),
      Map.entry("explain", VERBS),
      Map.entry("huf export", "cli/src/test/java/io/tierkeeper/cli/HufCommandTest.java"),
      Map.entry("load", "cli/src/test/java/io/tierkeeper/cli/load/LoadPageTest.java"),
      Map.entry("migrate", "cli/src/test/java/io/tierkeeper/cli/migrate/MigratePageTest.java"),
      Map.entry("operator", PROCESSES),
      Map.entry("pause", VERBS),
      Map.entry("plan", VERBS),
      Map.entry(
          "probe", "operator/src/test/java/io/tierkeeper/operator/health/ProbeCommandTest.java"),
      Map.entry("promote", INTENTS),
      Map.entry("prove", LAB + "ProveCommandTest.java"),
      Map.entry("reject", MOVES),
      Map.entry("release", PROCESSES),
      Map.entry("restore", "cli/src/test/java/io/tierkeeper/cli/restore/RestoreCommandTest.java"),
      Map.entry("resume", VERBS),
      Map.entry("retain", VERBS),
      Map.entry("retry", VERBS),
      Map.entry("simulate", LAB + "SimulateMovesTest.java"),
      Map.entry("status", VERBS),
      Map.entry("swarm", LAB + "SwarmCommandTest.java"),
      Map.entry("swarm deposit", LAB + "SwarmCommandTest.java"),
      Map.entry("swarm query", LAB + "SwarmCommandTest.java"),
      Map.entry("undo", VERBS),
      Map.entry("unpin", INTENTS));

  /** Where the operator of the chart keeps its trails. */
  private static final String AUDIT_DIRECTORY = "/var/lib/tierkeeper/audit";

  private final Path trails;

  /** @param trails stands for {@value #AUDIT_DIRECTORY} */
  TierkeeperCalls(Path trails) {
    this.trails = trails;
  }

  @Override
  public String run(Calls.Call call) throws IOException {
    CommandLine.ParseResult parsed;
    try {
      parsed = Main.line().parseArgs(call.words().toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    while (parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    String name = parsed.commandSpec().qualifiedName().replaceFirst("^\\S+ ", "");
    if (RUN_HERE.contains(name) && !endless(call.words())) {
      return runHere(call, name);
    }
    String test = RUN_BY.get(name);
    if (test == null) {
      throw new IllegalArgumentException(
          "no test is known that runs " + name + "; add one to RUN_BY or RUN_HERE");
    }
    String quoted = "\"" + name.replace(" ", "\", \"") + "\"";
    if (!Files.readString(Checkout.file(test)).replaceAll("\\s+", " ").contains(quoted)) {
      throw new IllegalArgumentException(test + " does not run \"" + name + "\"");
    }
    return "";
  }

  /** Follows a file, reads a pipe, calls a Qdrant of the reader's, or moves tenants in virtual time, which takes long. */
  private static boolean endless(List<String> words) {
    return words.contains("--follow")
        || (words.getLast().equals("-") && !words.contains("--out"))
        || words.contains("--moves")
        || words.contains("--qdrant");
  }

  private String runHere(Calls.Call call, String name) {
    int named = name.split(" ").length;
    List<String> words = new ArrayList<>(call.words().subList(0, named));
    for (String word : call.words().subList(named, call.words().size())) {
      boolean written = words.getLast().equals("--out");
      Path here = call.directory().resolve(word);
      words.add(
          word.equals(AUDIT_DIRECTORY)
              ? trails.toString()
              : !word.equals("-") && (written || Files.exists(here)) ? here.toString() : word);
    }
    if (name.equals("simulate")) {
      shorten(words);
    } else if (name.equals("audit report") && !words.contains("--out")) {
      words.addAll(
          List.of("--out", call.directory().resolve("audit-report.html").toString()));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    if (code != 0) {
      throw new IllegalArgumentException("exit code " + code + "\n" + out + err);
    }
    return out.toString();
  }

  /** The same simulation with less of everything. */
  private static void shorten(List<String> words) {
    int seeds = words.indexOf("--seeds");
    if (seeds >= 0) {
      words.set(seeds + 1, "1");
    } else if (words.stream().noneMatch(word -> word.endsWith(".jsonl"))) {
      words.addAll(List.of("--seeds", "1"));
    }
    if (words.contains("--all")) {
      words.addAll(List.of("--days", "1", "--tenants", "5"));
    }
  }
}
