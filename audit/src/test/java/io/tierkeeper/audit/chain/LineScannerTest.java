package io.tierkeeper.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineScannerTest {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Property(tries = 500)
  void readsAnyEventAndItsHash(@ForAll("values") JsonNode value) throws Exception {
    HashChain.Line line = HashChain.line(event(value), HashChain.GENESIS);
    LineScanner scanner = new LineScanner();
    assertThat(scan(scanner, text(line))).isNull();
    assertThat(scanner.hashFits()).isTrue();
    assertThat(scanner.entryHash()).isEqualTo(line.entryHash());
    assertThat(scanner.prevHash()).isEqualTo(HashChain.GENESIS);
    assertThat(scanner.sequence()).isEqualTo(42);
    assertThat(scanner.term()).isEqualTo(7);
    assertThat(scanner.id()).isEqualTo("i\"d");
    assertThat(scanner.type()).isEqualTo("io.tierkeeper.move.v1");
    assertThat(scanner.opensSegment()).isFalse();
    assertThat(MAPPER.readTree(line.bytes()).at("/data/value").toString())
        .as("read back as it was")
        .isEqualTo(MAPPER.readTree(value.toString()).toString());
  }

  @Property(tries = 500)
  void refusesTheSameEventInAnyOtherForm(@ForAll("values") JsonNode value) throws Exception {
    String line = text(HashChain.line(event(value), HashChain.GENESIS));
    JsonNode read = MAPPER.readTree(line);
    String pretty =
        MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(read).replace("\n", "");
    assertThat(scan(new LineScanner(), pretty)).isNotNull();
    assertThat(scan(new LineScanner(), line + " ")).isNotNull();
    LineScanner scanner = new LineScanner();
    assertThat(scan(scanner, line.replaceFirst(":", ": "))).isNull();
    assertThat(scanner.hashFits()).isFalse();
  }

  @Property(tries = 500)
  void escapesWhatMisleadsAReader(@ForAll String text) throws Exception {
    String written =
        LineForm.write(JSON.textNode(text + "\\u202e\u202e\u2028\u007f\\\udb40\udc41"));
    assertThat(written.codePoints()).noneMatch(c -> c < 0x20 || LineForm.escapes(c));
    assertThat(written).contains("\\u202e\\u2028\\u007f\\\\\\udb40\\udc41\"");
    assertThat(MAPPER.readTree(written).asText())
        .isEqualTo(text + "\\u202e\u202e\u2028\u007f\\\udb40\udc41");
  }

  @Test
  void keepsHalfASurrogatePair() throws Exception {
    byte[] line =
        HashChain.line(event(JSON.textNode("a\ud83d")), HashChain.GENESIS).bytes();
    assertThat(new LineScanner().scan(line, 0, line.length - 1)).isNull();
    assertThat(MAPPER.readTree(line).at("/data/value").asText()).isEqualTo("a\ud83d");
  }

  @Test
  void refusesNumbersThatJsonCannotExpress() {
    for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> HashChain.line(event(JSON.numberNode(number)), HashChain.GENESIS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Double.toString(number));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"x\":01}                 | no JSON",
        "{\"x\":1-1}                | no JSON",
        "{\"x\":tru}                | no JSON",
        "{\"a\":1,\"a\":1}          | Duplicate field 'a'",
        "{\"a\":1,}                 | no JSON",
        "[1,]                       | no JSON",
        "{\"a\":\"\\q\"}            | no JSON",
      })
  void saysWhatIsWrongWithTheForm(String value, String sentence) {
    assertThat(scan(new LineScanner(), line().replace("\"HERE\"", value)))
        .isNotNull()
        .contains(sentence)
        .contains("at byte ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"term\":7          | \"term\":-7         | data.actor.term",
        "\"term\":7          | \"term\":\"7\"      | data.actor.term",
        "\"id\":             | \"di\":            | member id is missing",
        "\"sequence\":\"000   | \"sequence\":\"00   | is not 20 digits",
        "\"prevhash\"        | \"prehvash\"       | a line ends in",
        "\"entryhash\":\"sha | \"entryhash\":\"SHA | a line ends in",
        "\"}                | \"}}               | a line ends in",
      })
  void namesTheMemberThatIsMissing(String part, String other, String sentence) {
    String line = line();
    int at = line.lastIndexOf(part);
    String changed = line.substring(0, at) + other + line.substring(at + part.length());
    assertThat(scan(new LineScanner(), changed)).isNotNull().contains(sentence);
  }

  @Test
  void refusesALineThatIsShorterThanItsHashes() {
    String line = line();
    for (int from = 0; from < line.length(); from++) {
      byte[] rest = line.substring(from).getBytes(StandardCharsets.UTF_8);
      if (from > 0) {
        assertThat(new LineScanner().scan(rest, 0, rest.length)).isNotNull();
      }
    }
    assertThat(new LineScanner().scan(new byte[0], 0, 0)).isNotNull();
  }

  @Test
  void refusesASequenceThatNoLongCanHold() {
    String line = line();
    String last = "%020d".formatted(Long.MAX_VALUE);
    assertThat(scan(new LineScanner(), line.replace("%020d".formatted(42), last)))
        .isNull();
    assertThat(scan(new LineScanner(), line.replace("%020d".formatted(42), "9".repeat(20))))
        .contains("sequence '99999999999999999999' is greater than " + last);
  }

  @Test
  void refusesDeepNesting() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(scan(new LineScanner(), line().replace("\"HERE\"", deep))).contains("64");
  }

  private static String line() {
    return text(HashChain.line(event(JSON.textNode("HERE")), HashChain.GENESIS));
  }

  private static String text(HashChain.Line line) {
    return new String(line.bytes(), 0, line.bytes().length - 1, StandardCharsets.UTF_8);
  }

  private static @Nullable String scan(LineScanner scanner, String line) {
    byte[] bytes = ("ab" + line + "cd").getBytes(StandardCharsets.UTF_8);
    return scanner.scan(bytes, 2, bytes.length - 2);
  }

  private static ObjectNode event(JsonNode value) {
    ObjectNode event = JSON.objectNode()
        .put("id", "i\"d")
        .put("type", "io.tierkeeper.move.v1")
        .put("time", "2026-11-21T00:50:00Z")
        .put("sequence", "%020d".formatted(42));
    ObjectNode data = event.putObject("data");
    data.putObject("actor").put("term", 7).put("ter", -3).put("terms", "x");
    data.set("value", value);
    data.putObject("nested")
        .put("entryhash", "sha256:decoy")
        .put("type", "decoy")
        .put("opensSegment", true);
    return event;
  }

  @Provide
  Arbitrary<JsonNode> values() {
    Arbitrary<String> texts = Arbitraries.strings().all().map(LineScannerTest::withoutHalfPairs);
    Arbitrary<JsonNode> leaves = Arbitraries.oneOf(
        texts.map(JSON::textNode),
        Arbitraries.longs().between(-(1L << 53), 1L << 53).map(JSON::numberNode),
        Arbitraries.longs()
            .map(Double::longBitsToDouble)
            .filter(Double::isFinite)
            .map(JSON::numberNode),
        Arbitraries.doubles().between(0, 1).map(JSON::numberNode),
        Arbitraries.of(JSON.booleanNode(true), JSON.booleanNode(false), JSON.nullNode()));
    return Arbitraries.recursive(
        () -> leaves,
        inner -> Arbitraries.oneOf(
            inner.list().ofMaxSize(4).map(list -> JSON.arrayNode().addAll(list)),
            Arbitraries.maps(texts, inner)
                .ofMaxSize(4)
                .map(map -> JSON.objectNode().setAll(map))),
        0,
        3);
  }

  private static String withoutHalfPairs(String text) {
    return text.codePoints()
        .filter(codePoint -> codePoint < 0xd800 || codePoint > 0xdfff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
