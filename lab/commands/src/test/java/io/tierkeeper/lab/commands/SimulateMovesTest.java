package io.tierkeeper.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.launcher.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code simulate --moves}: the real engine in virtual time. */
class SimulateMovesTest {
  @TempDir
  private Path directory;

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> words = new ArrayList<>(List.of("simulate"));
    words.addAll(Arrays.asList(args));
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  private String scenario(String name, String tenants) throws Exception {
    return Files.writeString(
            directory.resolve(name + ".yaml"),
            "name: " + name + "\npromotionShare: 0.005\nduration: 12h\ntenants: [" + tenants
                + "]\n")
        .toString();
  }

  private static JsonNode policy(Ran ran) throws Exception {
    assertThat(ran.code()).as(ran.err()).isZero();
    return new ObjectMapper().readTree(ran.out()).at("/families/0/policies/0");
  }

  @Test
  void makesTheMovesThatAreDecidedAndLosesNothing() throws Exception {
    String bursts = scenario(
        "bursts",
        "{count: 3, pattern: Bursts, size: 0.3, factor: [5, 9], every: 2h, lasting: [1h, 2h]}");
    String[] command = {"--scenario", bursts, "--policy", "naive", "--moves", "--json"};
    Ran ran = run(command);
    JsonNode policy = policy(ran);
    assertThat(policy.path("movesDone").asInt()).isGreaterThan(4);
    assertThat(policy.path("movesDone").asInt()
            + policy.path("movesAborted").asInt()
            + policy.path("movesUnderWay").asInt())
        .isEqualTo(policy.path("moves").asInt());
    assertThat(policy.path("pointsMoved").asInt()).isPositive();
    assertThat(policy.path("operationsChecked").asInt()).isGreaterThan(50);
    for (String fault : List.of("lost", "phantom", "doubled", "leaked", "breaches")) {
      assertThat(policy.path(fault).isNumber()).as(fault).isTrue();
      assertThat(policy.path(fault).asInt()).as(fault).isZero();
    }
    assertThat(new ObjectMapper().readTree(ran.out()).path("scale").asDouble()).isEqualTo(0.002);
    assertThat(run(command).out()).as("the same seed").isEqualTo(ran.out());
  }

  @Test
  void takesTimeInProportionToThePoints() throws Exception {
    double few = secondsPerMove("few", 1.5);
    double more = secondsPerMove("more", 3);
    double many = secondsPerMove("many", 15);
    // Transfers carry four points a second at this scale: 30 of them, 60, and 300.
    assertThat(more - few).isBetween(6.5, 8.5);
    assertThat(many - few).isBetween(65.0, 75.0);
  }

  private double secondsPerMove(String name, double size) throws Exception {
    String one = scenario(name, "{count: 1, pattern: Steady, size: " + size + "}");
    JsonNode policy = policy(
        run("--scenario", one, "--policy", "naive", "--moves", "--json", "--scale", "0.002"));
    assertThat(policy.path("movesDone").asInt()).isOne();
    return policy.path("secondsPerMove").asDouble();
  }

  @Test
  void printsTheScaleAndWhatBecameOfTheMoves() throws Exception {
    String one = scenario("one", "{count: 1, pattern: Steady, size: 2}");
    String table = run("--scenario", one, "--policy", "naive", "--moves").out();
    assertThat(table)
        .contains("scale 0.002 points per point of the trace", "S/MOVE", "PHANTOM", "DOUBLED");
    assertThat(run("--scenario", one, "--policy", "naive", "--moves", "--format", "csv")
            .out())
        .contains(",movesDone,movesAborted,")
        .doesNotContain("NaN");
    assertThat(run("--scenario", one, "--policy", "naive", "--moves", "--format", "html")
            .out())
        .contains("Moves executed by the real engine");
  }

  @ParameterizedTest
  @CsvSource({
    "--all --moves,--moves supports one --scenario at a time",
    "--scenario growth --moves --rivals,without --rivals",
    "--scenario growth --scale 0.1,--scale needs --moves",
    "--scenario growth --moves --scale 0,--scale 0.0 must be above 0 and at most 0.2",
    "--scenario growth --moves --scale 1,--scale 1.0 must be above 0 and at most 0.2",
  })
  void refusesWhatItCannotPlay(String words, String message) {
    Ran ran = run(words.split(" "));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(message);
  }
}
