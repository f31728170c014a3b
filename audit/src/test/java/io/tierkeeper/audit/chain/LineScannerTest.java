package io.tierkeeper.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;

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
  void acceptsTheCanonicalFormOfAnythingAndItsHash(@ForAll("values") JsonNode value) {
    ObjectNode event = event(value);
    LineScanner scanner = new LineScanner();
    assertThat(scan(scanner, LineForm.ofCanonical(CanonicalJson.write(event)))).isNull();
    assertThat(scanner.hashFits()).isTrue();
    assertThat(scanner.sequence()).isEqualTo(42);
    assertThat(scanner.term()).isEqualTo(7);
    assertThat(scanner.id()).isEqualTo("i\"d");
    assertThat(scanner.type()).isEqualTo("io.tierkeeper.move.v1");
    assertThat(scanner.opensSegment()).isFalse();
  }

  @Property(tries = 500)
  void refusesTheSameEventInAnyOtherForm(@ForAll("values") JsonNode value) throws Exception {
    String line = LineForm.ofCanonical(CanonicalJson.write(event(value)));
    String other = MAPPER
        .writerWithDefaultPrettyPrinter()
        .writeValueAsString(MAPPER.readTree(line))
        .replace("\n", "");
    assertThat(scan(new LineScanner(), other)).isNotNull();
    assertThat(scan(new LineScanner(), line + " ")).isNotNull();
  }

  @Property(tries = 500)
  void undoesItsEscapes(@ForAll String text) {
    String canonical = CanonicalJson.write(
        JSON.textNode(text.replaceAll("\\p{Cs}", "") + "\\u202e\u202e\u2028\\"));
    String line = LineForm.ofCanonical(canonical);
    assertThat(line.codePoints()).noneMatch(LineForm::escapes);
    assertThat(LineForm.toCanonical(line)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"x\":01}                 | shortest form",
        "{\"x\":1.0}                | shortest form",
        "{\"x\":-0}                 | shortest form",
        "{\"x\":1e2}                | shortest form",
        "{\"x\":1e999}              | out of range",
        "{\"x\":1-1}                | cannot be read",
        "{\"x\":tru}                | expected e",
        "{\"b\":1,\"a\":1}          | out of order",
        "{\"a\":1,\"a\":1}          | there twice",
        "{\"a\":\"\\u0041\"}        | escape where none is needed",
        "{\"a\":\"\\u000a\"}        | shorter form",
        "{\"a\":\"\\u202E\"}        | four digits",
        "{\"a\":\"\\/\"}            | unknown escape",
        "{\"a\":\"\\ud83d\"}        | expected",
        "{\"a\":\"\u202e\"}         | must be escaped",
        "{\"a\": 1}                 | no JSON value",
        "{\"a\":1,}                 | expected \"",
        "[1,]                       | no JSON value",
      })
  void saysWhatIsWrongWithTheForm(String value, String sentence) {
    String canonical = CanonicalJson.write(event(JSON.textNode("HERE")));
    assertThat(scan(new LineScanner(), canonical.replace("\"HERE\"", value)))
        .isNotNull()
        .contains(sentence)
        .contains("byte ");
  }

  @Test
  void refusesBytesThatAreNoUtf8() {
    String canonical = CanonicalJson.write(event(JSON.textNode("HERE")));
    for (byte[] bad : new byte[][] {
      {(byte) 0x80},
      {(byte) 0xc0, (byte) 0x80},
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
      {(byte) 0xff},
      {(byte) 0xe0, (byte) 0x80, (byte) 0xaf},
      {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
      {(byte) 0xe2}
    }) {
      byte[] line = canonical
          .replace("HERE", new String(bad, StandardCharsets.ISO_8859_1))
          .getBytes(StandardCharsets.ISO_8859_1);
      assertThat(new LineScanner().scan(line, 0, line.length)).contains("no UTF-8");
    }
  }

  @Test
  void refusesASequenceThatNoLongCanHold() {
    String line = CanonicalJson.write(event(JSON.textNode("x")));
    String last = "%020d".formatted(Long.MAX_VALUE);
    assertThat(scan(new LineScanner(), line.replace("%020d".formatted(42), last)))
        .isNull();
    assertThat(scan(new LineScanner(), line.replace("%020d".formatted(42), "9".repeat(20))))
        .contains("sequence '99999999999999999999' is greater than " + last);
  }

  @Test
  void refusesDeepNesting() {
    String canonical = CanonicalJson.write(event(JSON.textNode("HERE")));
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(scan(new LineScanner(), canonical.replace("\"HERE\"", deep))).contains("64 levels");
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
        .put("sequence", "%020d".formatted(42))
        .put("prevhash", HashChain.GENESIS);
    ObjectNode data = event.putObject("data");
    data.putObject("actor").put("term", 7).put("ter", -3).put("terms", "x");
    data.set("value", value);
    data.putObject("nested")
        .put("entryhash", "sha256:decoy")
        .put("type", "decoy")
        .put("opensSegment", true);
    return event.put("entryhash", HashChain.entryHash(HashChain.GENESIS, event));
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
