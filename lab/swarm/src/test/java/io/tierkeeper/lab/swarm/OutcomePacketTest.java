package io.tierkeeper.lab.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomePacketTest {

  private static final Instant AT = Instant.parse("2026-11-21T00:00:00Z");

  private static OutcomePacket packet(
      String problem, double confidence, String delta, List<String> tags, Duration ttl) {
    return new OutcomePacket(problem, Outcome.SOLVED, confidence, delta, tags, AT, "agent-1", ttl);
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
        "delta is 201 characters long; allowed is at most 200",
        "p",
        1,
        "d".repeat(201),
        Duration.ofHours(1));
    refused("ttl is PT0S; allowed is a duration above 0s", "p", 1, "", Duration.ZERO);
    refused("problem is ' '", " ", 1, "", Duration.ofHours(1));
    assertThat(packet("p", 1, "d".repeat(200), List.of(), Duration.ofHours(1)).delta())
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
    assertThatThrownBy(() -> OutcomePacket.of(java.util.Map.of("problem", 7)))
        .hasMessageContaining("problem is 7; allowed is a text");
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
        "p", Outcome.FAILED, 0.5, "no", List.of(), AT, "agent-2", Duration.ofHours(1));
    Synthesis found = Synthesis.of(
        List.of(new Match(1, failed, 0.8), new Match(2, solved, 0.5), new Match(3, solved, 0.7)));
    assertThat(found.outcome()).isEqualTo(Outcome.SOLVED);
    assertThat(found.confidence())
        .isCloseTo((0.9 * 1.2) / (0.9 * 1.2 + 0.4), org.assertj.core.data.Offset.offset(1e-12));
    assertThat(found.delta()).isEqualTo("this helped");
    assertThat(Synthesis.of(List.of())).isEqualTo(Synthesis.NOTHING);
  }
}
