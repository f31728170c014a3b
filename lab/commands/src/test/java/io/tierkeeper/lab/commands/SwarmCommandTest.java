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
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code swarm} on the embedded Qdrant. */
class SwarmCommandTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private record Ran(int code, String out, String err) {}

  @Test
  void findsNothingAtFirstAndSomethingByTheTenthAgent() throws Exception {
    JsonNode report = json(run("--agents", "40", "--seconds", "0", "--json"));
    JsonNode curve = report.path("coldStart");
    assertThat(curve).hasSize(10);
    assertThat(curve.get(0).path("finding").asDouble()).isZero();
    assertThat(curve.get(9).path("finding").asDouble()).isGreaterThanOrEqualTo(0.75);
    assertThat(report.path("asPromised").asBoolean()).isTrue();
    // The same seed gives the same curve, another one another.
    assertThat(json(run("--agents", "40", "--seconds", "0", "--json")).path("coldStart"))
        .isEqualTo(curve);
    assertThat(json(run("--agents", "40", "--seconds", "0", "--seed", "2", "--json"))
            .path("coldStart"))
        .isNotEqualTo(curve);
  }

  @Test
  void readsOnWhereGroupsMoveAndAPeerDies() throws Exception {
    Path svg = directory.resolve("swarm.svg");
    Ran ran = run("--seconds", "3", "--govern", "--kill-peer", "--json", "--svg", svg.toString());
    JsonNode report = json(ran);
    assertThat(ran.code()).as(ran.out()).isZero();
    assertThat(report.path("readsFailed").asLong()).isZero();
    assertThat(report.path("expiredReturned").asLong()).isZero();
    assertThat(report.path("expiredStored").asLong()).isPositive();
    assertThat(report.path("callsRepeated").asLong()).isPositive();
    assertThat(report.path("peerKilledAtSecond").asDouble()).isPositive();
    assertThat(report.path("moves"))
        .hasSize(4)
        .allSatisfy(move ->
            assertThat(move.path("succeeded").asBoolean()).as(move.toString()).isTrue());
    for (String anomaly : List.of("lost", "doubled", "leaked", "phantom", "partial", "stale")) {
      assertThat(report.path("checker").path(anomaly).asLong(-1)).as(anomaly).isZero();
    }
    assertThat(report.path("checker").path("pointsWritten").asLong()).isGreaterThan(20);
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    assertThat(Files.readString(svg))
        .contains("Cold start: 20 agents in 2 groups")
        .contains("one of three peers killed");
  }

  @Test
  void namesAWrongOption() {
    assertThat(run("--agents", "1").err())
        .contains("--agents: agents is 1; allowed is 2 to 100000");
    assertThat(run("--seconds", "-1").err()).contains("--seconds -1 must be between 0 and 3600");
    assertThat(run("--seconds", "0", "--govern").err()).contains("leaves no time");
    assertThat(run("--qdrant", "http://somewhere:6334", "--kill-peer").err())
        .contains("needs --qdrant embedded or local");
    assertThat(run("--qdrant", "somewhere").err()).contains("must be http(s)://host:port");
  }

  private static JsonNode json(Ran ran) throws Exception {
    assertThat(ran.out()).as(ran.err()).isNotBlank();
    return new ObjectMapper().readTree(ran.out());
  }

  private static Ran run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> words = new ArrayList<>(List.of("swarm"));
    words.addAll(Arrays.asList(args));
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }
}
