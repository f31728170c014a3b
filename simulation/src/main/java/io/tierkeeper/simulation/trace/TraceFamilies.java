package io.tierkeeper.simulation.trace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The scenarios that come with the product, in the order in which they are reported. */
public final class TraceFamilies {
  /** Their names, which are those of their files in examples/scenarios. */
  public static final List<String> NAMES = List.of(
      "steady-zipf",
      "growth",
      "diurnal",
      "burst-purge",
      "onboarding-storm",
      "slow-death",
      "threshold-hugger",
      "adversary",
      "measurement-gaps",
      "doubled-while-moving",
      "total-jump");

  /** How many of them, from the first on, are ordinary life, over which a policy's mean is taken. */
  public static final int ORDINARY = 7;

  private TraceFamilies() {}

  /** All of them. */
  public static List<Scenario> all() {
    return NAMES.stream().map(TraceFamilies::load).toList();
  }

  /** One of them by its name. */
  public static Optional<Scenario> named(String name) {
    return NAMES.contains(name) ? Optional.of(load(name)) : Optional.empty();
  }

  private static Scenario load(String name) {
    String resource = "/examples/scenarios/" + name + ".yaml";
    try (InputStream in = TraceFamilies.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the build");
      }
      return ScenarioFile.parse(
          name + ".yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
