package io.tierkeeper.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    // Alone in its group, it has only its own packet, and skips it.
    assertThat(curve.get(0).path("found").asInt(-1)).isZero();
    assertThat(curve.get(0).path("covered").asDouble(-1)).isZero();
    assertThat(curve.get(9).path("covered").asDouble()).isGreaterThanOrEqualTo(0.75);
    assertThat(curve.get(9).path("expected").asDouble())
        .isCloseTo(1 - Math.pow(2 / 3.0, 9), within(1e-12));
    double before = 0;
    for (JsonNode step : curve) {
      assertThat(step.path("covered").asDouble())
          .as(step.toString())
          .isGreaterThanOrEqualTo(before);
      before = step.path("covered").asDouble();
    }
    assertThat(report.path("asPromised").asBoolean()).isTrue();
    assertThat(report.path("pairs").toString()).isEqualTo("{\"all\":780,\"withinGroups\":180}");
    assertThat(report.path("packets").path("stored").asInt()).isEqualTo(40);
    JsonNode bytes = report.path("packets").path("bytes");
    assertThat(bytes.path("allowed").asInt()).isEqualTo(512);
    assertThat(bytes.path("least").asInt()).isBetween(150, bytes.path("median").asInt());
    assertThat(bytes.path("largest").asInt()).isBetween(bytes.path("median").asInt(), 512);
    // The same seed gives the same curve, another one another.
    assertThat(json(run("--agents", "40", "--seconds", "0", "--json")).path("coldStart"))
        .isEqualTo(curve);
    assertThat(json(run("--agents", "40", "--seconds", "0", "--seed", "2", "--json"))
            .path("coldStart"))
        .isNotEqualTo(curve);
  }

  @Test
  void followsTheExpectedCurveInOnePoolAndInManyGroups() throws Exception {
    JsonNode many = json(run("--agents", "120", "--groups", "60", "--seconds", "0", "--json"));
    JsonNode second = many.path("coldStart").get(1);
    // Of 60 groups, 20 are expected to find something; four standard deviations are 14.6.
    assertThat(second.path("found").asInt()).isBetween(6, 34);
    assertThat(second.path("covered").asDouble()).isCloseTo(1 / 3.0, within(1e-9));
    Ran pool = run("--groups", "1", "--seconds", "0");
    assertThat(pool.code()).isZero();
    assertThat(pool.out())
        .contains("20 agents in one group")
        .contains("pairs of agents N(N-1)/2: 190, of these within a group 190")
        .containsPattern("\\n +1 +0 of 1 +0 % +0 % +0.00\\n")
        .containsPattern("\\n +2 +[01] of 1 +33 % +33 % ")
        .containsPattern("\\n +20 +1 of 1 +100 % +100 % ");
  }

  @Test
  void comparesNumbersOfAgents() throws Exception {
    Ran ran = run("--agents", "4,20", "--groups", "1", "--seconds", "1");
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.out())
        .contains("AGENTS  GROUPS  PAIRS  WITHIN GROUPS  MATCHES")
        .containsPattern("\\n +4 +1 +6 +6 +[0-9.]+ +[0-9]+ +[0-9.]+ +[0-9.]+ +PASS\\n")
        .containsPattern("\\n +20 +1 +190 +190 +[0-9.]+ +[0-9]+ +[0-9.]+ +[0-9.]+ +PASS\\n");
    JsonNode both = json(run("--agents", "4,20", "--seconds", "0", "--json"));
    assertThat(both.path("runs")).hasSize(2);
    assertThat(both.path("runs").get(1).path("meanMatches").asDouble())
        .isGreaterThan(both.path("runs").get(0).path("meanMatches").asDouble());
  }

  @Test
  void readsOnWhereAPeerDies() throws Exception {
    Path svg = directory.resolve("swarm.svg");
    Ran ran = run("--seconds", "3", "--kill-peer", "--json", "--svg", svg.toString());
    JsonNode report = json(ran);
    assertThat(ran.code()).as(ran.out()).isZero();
    assertThat(report.path("readsFailed").asLong()).isZero();
    JsonNode packets = report.path("packets");
    assertThat(packets.path("expiredReturned").asLong(-1)).isZero();
    assertThat(packets.path("expired").asLong()).isPositive();
    assertThat(packets.path("expiredDeleted")).isEqualTo(packets.path("expired"));
    assertThat(report.path("callsRepeated").asLong()).isPositive();
    assertThat(report.path("peerKilledAtSecond").asDouble()).isPositive();
    for (String anomaly : List.of("lost", "doubled", "leaked", "phantom", "partial", "stale")) {
      assertThat(report.path("checker").path(anomaly).asLong(-1)).as(anomaly).isZero();
    }
    assertThat(report.path("checker").path("pointsWritten").asLong()).isGreaterThan(20);
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    assertThat(Files.readString(svg))
        .contains("Cold start: 20 agents in 2 groups")
        .contains("one of three peers killed");
  }

  /** Each of them is killed in another phase of a move; all eight take a minute and more. */
  @ParameterizedTest
  @CsvSource({"2, 'Promote of group-000, Copying'", "7, 'Demote of group-000, Verifying'"})
  void readsOnWhereAPeerDiesInAMove(long seed, String during) throws Exception {
    Ran ran = run(
        "--agents",
        "2",
        "--groups",
        "1",
        "--seconds",
        "1",
        "--govern",
        "--kill-peer",
        "--seed",
        Long.toString(seed),
        "--json");
    JsonNode report = json(ran);
    assertThat(ran.code()).as(ran.out()).isZero();
    assertThat(report.path("peerKilledDuring").asText()).isEqualTo(during);
    double killed = report.path("peerKilledAtSecond").asDouble();
    assertThat(report.path("peerBackAtSecond").asDouble()).isGreaterThan(killed + 1.9);
    assertThat(report.path("moves"))
        .hasSize(2)
        .anySatisfy(move -> assertThat(killed)
            .isBetween(move.path("fromSecond").asDouble(), move.path("toSecond").asDouble()));
    assertThat(report.path("readsFailed").asLong(-1)).isZero();
    assertThat(report.path("checker").path("lost").asLong(-1)).isZero();
  }

  @Test
  void storesAndFindsPacketsOfAgents() throws Exception {
    try (EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults())) {
      String url = qdrant.peers().getFirst().grpcEndpoint().toString();
      String rest = Integer.toString(qdrant.peers().getFirst().restPort());
      String[] place = {
        "--qdrant", url, "--rest-port", rest, "--collection", "packets", "--tenant", "team-a"
      };
      assertThat(deposit(place, "agent_000", "resolved", "--ttl", "3600").err())
          .contains("--collection is 'packets', which does not exist");
      Ran first = deposit(place, "agent_000", "resolved", "--create");
      assertThat(first.code()).as(first.err()).isZero();
      assertThat(first.out())
          .containsPattern("deposited [0-9]+, [0-9]+ bytes of 512, valid until ");
      assertThat(deposit(place, "agent_001", "contradicted").code()).isZero();
      String[] elsewhere = {
        "--qdrant", url, "--rest-port", rest, "--collection", "packets", "--tenant", "team-b"
      };
      assertThat(deposit(elsewhere, "agent_002", "open").code()).isZero();

      String problem = "latency of inference with 8k tokens";
      Ran asked =
          runWords(place, "query", "--agent-id", "agent_001", "--problem-description", problem);
      assertThat(asked.code()).as(asked.err()).isZero();
      assertThat(asked.out())
          .contains("agent_000")
          .doesNotContain("agent_001")
          .doesNotContain("agent_002")
          .contains("synthesis: resolved (1.00 of 1 packets): Flash attention cut p99 latency 62%");
      JsonNode both = json(runWords(place, "query", "--problem-description", problem, "--json"));
      assertThat(both.path("matches")).hasSize(2);
      assertThat(both.path("matches").get(0).path("packet").path("domain_tags").toString())
          .isEqualTo("[\"llm-inference\",\"production\"]");
      assertThat(
              runWords(place, "query", "--problem-description", problem, "--min-confidence", "0.99")
                  .out())
          .contains("no packet found");

      // One line with the field, its value and what is allowed.
      assertThat(deposit(place, "agent_000", "solved").err().strip())
          .endsWith(
              "outcome_type is 'solved'; allowed is one of resolved, partial, contradicted, open")
          .doesNotContain("\n");
      assertThat(deposit(place, "agent_000", "open", "--ttl", "0").err()).contains("ttl is PT0S");
      assertThat(deposit(place, "agent_000", "open", "--timestamp", "1000").err())
          .contains("expired at 1970-01-01T01:16:40Z; allowed: a packet that has not expired");
      assertThat(deposit(place, " ", "open").err()).contains("agent_id is ' '");
      assertThat(runWords(place, "query", "--problem-description", problem, "--top-k", "0")
              .err())
          .contains("--top-k is 0; allowed is 1 to 1000");
    }
  }

  private static Ran deposit(String[] place, String agent, String outcome, String... more) {
    List<String> words = new ArrayList<>(List.of(
        "deposit",
        "--agent-id",
        agent,
        "--problem-description",
        "inference latency at 8k tokens",
        "--outcome-type",
        outcome,
        "--confidence",
        "0.87",
        "--delta-summary",
        "Flash attention cut p99 latency 62%",
        "--domain-tags",
        "llm-inference,production"));
    words.addAll(List.of(more));
    return runWords(place, words.toArray(String[]::new));
  }

  /** The sub-command "swarm", "deposit" or "swarm", "query" at a place. */
  private static Ran runWords(String[] place, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(1, List.of(place));
    return run(all.toArray(String[]::new));
  }

  @Test
  void namesAWrongOption() {
    assertThat(run("--agents", "1").err()).contains("--agents is 1; allowed is 2 to 100000");
    assertThat(run("--groups", "11").err()).contains("--groups is 11; allowed is 1 to 10");
    assertThat(run("--replicas", "4").err()).contains("--replicas is 4; allowed is");
    assertThat(run("--replicas", "1", "--kill-peer").err())
        .contains("--replicas is 1; allowed with --kill-peer is 2 or 3");
    assertThat(run("--agents", "20,40", "--svg", "x.svg").err()).contains("--svg draws one run");
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
