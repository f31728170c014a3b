package io.tierkeeper.lab.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomePacketTest {

  private static final Instant AT = Instant.parse("2026-11-21T00:00:00Z");

  private static OutcomePacket packet(
      String problem, double confidence, String delta, List<String> tags, Duration ttl) {
    return new OutcomePacket(
        problem, Outcome.RESOLVED, confidence, delta, tags, AT, "agent-1", ttl);
  }

  @Test
  void isAtMost512BytesLongInJson() {
    OutcomePacket empty = packet("p", 0.5, "", List.of(), Duration.ofHours(1));
    int room = OutcomePacket.MAX_BYTES - empty.json().getBytes(StandardCharsets.UTF_8).length;
    String full = "p" + "x".repeat(room);
    assertThat(packet(full, 0.5, "", List.of(), Duration.ofHours(1))
            .json()
            .getBytes(StandardCharsets.UTF_8))
        .hasSize(512);
    assertThatThrownBy(() -> packet(full + "x", 0.5, "", List.of(), Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("packet is 513 bytes long; allowed is at most 512");
    // Bytes count, not characters.
    assertThatThrownBy(
            () -> packet("ü".repeat(room / 2 + 2), 0.5, "", List.of(), Duration.ofHours(1)))
        .hasMessageContaining("allowed is at most 512");
  }

  @Test
  void namesFieldValueAndWhatIsAllowed() {
    refused(
        "confidence is 1.1; allowed is a number from 0 to 1", "p", 1.1, "", Duration.ofHours(1));
    refused("confidence is NaN", "p", Double.NaN, "", Duration.ofHours(1));
    refused(
        "delta_summary is 201 characters long; allowed is at most 200",
        "p",
        1,
        "d".repeat(201),
        Duration.ofHours(1));
    refused("ttl is PT0S; allowed is whole seconds, 1 to 2147483647", "p", 1, "", Duration.ZERO);
    refused("problem_description is ' '", " ", 1, "", Duration.ofHours(1));
    assertThat(packet("p", 1, "d".repeat(200), List.of(), Duration.ofHours(1)).deltaSummary())
        .hasSize(200);
  }

  private static void refused(
      String message, String problem, double confidence, String delta, Duration ttl) {
    assertThatThrownBy(() -> packet(problem, confidence, delta, List.of(), ttl))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void expiresAtTheEndOfItsTime() {
    OutcomePacket packet = packet("p", 1, "", List.of(), Duration.ofSeconds(5));
    assertThat(packet.expired(AT.plusSeconds(5).minusMillis(1))).isFalse();
    assertThat(packet.expired(AT.plusSeconds(5))).isTrue();
  }

  @Test
  void comesBackFromAPointAsItWas() {
    OutcomePacket packet =
        packet("how \"quotes\" ü", 0.25, "less", List.of("a", "b"), Duration.ofMinutes(3));
    assertThat(OutcomePacket.of(packet.payload())).isEqualTo(packet);
    assertThat(packet.id()).isEqualTo(OutcomePacket.of(packet.payload()).id()).isPositive();
    assertThatThrownBy(() -> OutcomePacket.of(Map.of("problem_description", 7)))
        .hasMessageContaining("problem_description is 7; allowed is a text");
    Map<String, Object> solved = new LinkedHashMap<>(packet.payload());
    solved.put("outcome_type", "solved");
    assertThatThrownBy(() -> OutcomePacket.of(solved))
        .hasMessage(
            "outcome_type is 'solved'; allowed is one of resolved, partial, contradicted, open");
  }

  @Test
  void hasTheFieldsOfTheNote() {
    // The packet of the note's example, with the time of this test.
    OutcomePacket packet = new OutcomePacket(
        "Transformer attention overhead grows quadratically with sequence length — inference latency unacceptable at 8k+ tokens",
        Outcome.RESOLVED,
        0.87,
        "Flash attention + chunked prefill cut p99 latency 62%",
        List.of("llm-inference", "transformer", "production"),
        AT.plusMillis(250),
        "agent_000",
        OutcomePacket.DEFAULT_TTL);
    assertThat(packet.json())
        .isEqualTo(
            "{\"problem_description\":\"Transformer attention overhead grows quadratically with"
                + " sequence length — inference latency unacceptable at 8k+ tokens\","
                + "\"outcome_type\":\"resolved\",\"confidence\":0.87,"
                + "\"delta_summary\":\"Flash attention + chunked prefill cut p99 latency 62%\","
                + "\"domain_tags\":[\"llm-inference\",\"transformer\",\"production\"],"
                + "\"timestamp\":1795219200.250,\"agent_id\":\"agent_000\",\"ttl\":3600}");
    assertThat(packet.bytes()).isEqualTo(PACKET_OF_THE_NOTE);
    assertThat(packet.payload())
        .containsEntry("timestamp", 1795219200.25)
        .containsEntry("ttl", 3600L)
        .containsOnlyKeys(
            "problem_description",
            "outcome_type",
            "confidence",
            "delta_summary",
            "domain_tags",
            "timestamp",
            "agent_id",
            "ttl",
            "expires");
  }

  private static final int PACKET_OF_THE_NOTE = 382;

  @Test
  void countsPairsOfAgents() {
    SwarmOptions options = new SwarmOptions(
        "c", 1000, SwarmOptions.usualGroups(1000), 1, 1, Duration.ZERO, false, null);
    assertThat(options.pairs()).isEqualTo(499_500);
    assertThat(options.pairsWithinGroups()).isEqualTo(12_000);
    SwarmOptions uneven = new SwarmOptions("c", 11, 3, 1, 1, Duration.ZERO, false, null);
    assertThat(uneven.pairsWithinGroups()).isEqualTo(6 + 6 + 3);
    SwarmOptions pool = new SwarmOptions("c", 20, 1, 1, 1, Duration.ZERO, false, null);
    assertThat(pool.pairsWithinGroups()).isEqualTo(pool.pairs()).isEqualTo(190);
  }

  @Test
  void putsTextsThatShareWordsNearAndOthersFar() {
    HashedNgrams embedder = new HashedNgrams();
    float[] question = embedder.embed("index rebuild stalls after snapshot restore");
    assertThat(question).hasSize(384);
    assertThat(cosine(question, question)).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
    double near = cosine(question, embedder.embed("snapshot restore: the index rebuild stalled"));
    double far = cosine(question, embedder.embed("invoice total wrong for customers abroad"));
    assertThat(near).isGreaterThan(0.6);
    assertThat(far).isLessThan(0.2);
    // A golden value: whoever changes it makes old vectors useless.
    assertThat(java.util.Arrays.hashCode(embedder.embed("tierkeeper"))).isEqualTo(GOLDEN);
    assertThat(cosine(embedder.embed(" "), embedder.embed("…")))
        .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
  }

  private static final int GOLDEN = 765636975;

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void takesTogetherWhatWeighsMost() {
    OutcomePacket solved = packet("p", 0.9, "this helped", List.of(), Duration.ofHours(1));
    OutcomePacket failed = new OutcomePacket(
        "p", Outcome.CONTRADICTED, 0.5, "no", List.of(), AT, "agent-2", Duration.ofHours(1));
    Synthesis found = Synthesis.of(
        List.of(new Match(1, failed, 0.8), new Match(2, solved, 0.5), new Match(3, solved, 0.7)));
    assertThat(found.outcome()).isEqualTo(Outcome.RESOLVED);
    assertThat(found.confidence())
        .isCloseTo((0.9 * 1.2) / (0.9 * 1.2 + 0.4), org.assertj.core.data.Offset.offset(1e-12));
    assertThat(found.delta()).isEqualTo("this helped");
    assertThat(Synthesis.of(List.of())).isEqualTo(Synthesis.NOTHING);
  }
}
