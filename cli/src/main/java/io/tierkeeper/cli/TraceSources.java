package io.tierkeeper.cli;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.simulation.trace.Scenario;
import io.tierkeeper.simulation.trace.ScenarioFile;
import io.tierkeeper.simulation.trace.TraceFamilies;
import io.tierkeeper.simulation.trace.TraceSource;
import io.tierkeeper.simulation.trace.TrailReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The traces of {@code --scenario}: a family, a scenario file, or recorded trails.
 *
 * @param given what was given, at least one; several are recorded trails
 * @param tenants that may move; null for what the scenario says, or all of a trail
 * @param days to be played; null for what the scenario says
 * @param promotionShare relative to which sizes of a trail are printed; null for that of its policy
 */
record TraceSources(
    List<String> given,
    @Nullable Integer tenants,
    @Nullable Double days,
    @Nullable Double promotionShare) {

  /** Whether recorded trails are meant. */
  boolean recorded() {
    return given.size() > 1 || recorded(given.getFirst());
  }

  private static boolean recorded(String name) {
    return TraceFamilies.named(name).isEmpty()
        && (name.endsWith(".jsonl")
            || name.endsWith(".jsonl.gz")
            || Files.isDirectory(Path.of(name)));
  }

  /** All families; {@code share} is another promotion share than theirs. */
  List<TraceSource> families(OptionalDouble share) {
    return TraceFamilies.all().stream()
        .<TraceSource>map(family -> sized(scaled(family, share)))
        .toList();
  }

  /** A family by its name, or a scenario file. */
  TraceSource scenario(OptionalDouble share) throws IOException {
    String name = given.getFirst();
    Optional<Scenario> family = TraceFamilies.named(name);
    return sized(family.isPresent() ? scaled(family.get(), share) : file(name));
  }

  /**
   * Recorded trails, verified; a broken chain is printed.
   *
   * @return empty where a chain is broken
   */
  Optional<List<TraceSource>> trails(OutputOption output, PrintWriter out, PrintWriter err)
      throws IOException {
    List<Path> files = given.stream().map(Path::of).toList();
    Optional<VerifiedTrail> verified = VerifiedTrail.open("--scenario", files, output, out);
    if (verified.isEmpty()) {
      return Optional.empty();
    }
    try {
      TrailReader reader = new TrailReader(
          promotionShare == null ? OptionalDouble.empty() : OptionalDouble.of(promotionShare),
          tenants == null ? Integer.MAX_VALUE : tenants);
      verified.get().read(err, "read", reader::take);
      return Optional.of(List.copyOf(reader.trails()));
    } catch (UsageException e) {
      throw e.of("--scenario");
    }
  }

  private static Scenario scaled(Scenario family, OptionalDouble share) {
    return share.isPresent() ? family.withPromotionShare(share.getAsDouble()) : family;
  }

  private Scenario sized(Scenario scenario) {
    Scenario sized = tenants == null ? scenario : scenario.withTenants(tenants);
    return days == null ? sized : sized.withDays(days);
  }

  private static Scenario file(String name) throws IOException {
    Path file = Path.of(name);
    if (!Files.isReadable(file)) {
      throw new UsageException(
          "--scenario " + name + " is unknown; allowed: " + HufSteps.NAME + ", "
              + String.join(", ", TraceFamilies.NAMES)
              + ", a readable scenario file, or an audit trail (*.jsonl, *.jsonl.gz, or their directory)");
    }
    try {
      return ScenarioFile.read(file);
    } catch (UsageException e) {
      throw e.of("--scenario");
    }
  }
}
