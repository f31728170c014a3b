package io.tierkeeper.load.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RowsTest {
  @TempDir
  Path directory;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static Source source(Path file, Map<String, CellType> types) {
    return new Source(
        file, Format.of(file.toString()).orElseThrow(), Set.of("vector"), types, null);
  }

  /** All rows; a row that cannot be read as its message. */
  private static List<Object> read(Source source) throws IOException {
    List<Object> read = new ArrayList<>();
    try (Rows rows = source.open()) {
      while (true) {
        try {
          Row row = rows.next();
          if (row == null) {
            assertThat(rows.progress()).isEqualTo(1);
            return read;
          }
          read.add(row);
        } catch (RowException e) {
          read.add(e.getMessage());
        }
      }
    }
  }

  private List<Object> json(String text) throws IOException {
    return read(source(file("a.jsonl", text), Map.of()));
  }

  private List<Object> csv(String text) throws IOException {
    return read(source(file("a.csv", text), Map.of()));
  }

  private static Map<String, @Nullable Object> fields(Object row) {
    return ((Row) row).fields();
  }

  @Test
  void readsEachKindOfJsonValue() throws IOException {
    Map<String, @Nullable Object> fields = fields(
        json("{\"s\":\"ä\\u0000\",\"i\":-9223372036854775808,\"b\":18446744073709551615,\"d\":1.5e3,\"t\":true,\"n\":null,"
                + "\"l\":[1,[2]],\"m\":{\"a\":{\"b\":1}},\"vector\":[1,2.5,-3e-2]}")
            .getFirst());
    assertThat(fields)
        .containsEntry("s", "ä\0")
        .containsEntry("i", Long.MIN_VALUE)
        .containsEntry("b", new BigInteger("18446744073709551615"))
        .containsEntry("d", 1500.0)
        .containsEntry("t", true)
        .containsEntry("n", null)
        .containsEntry("l", List.of(1L, List.of(2L)))
        .containsEntry("m", Map.of("a", Map.of("b", 1L)));
    assertThat((float[]) fields.get("vector")).containsExactly(1, 2.5f, -0.03f);
  }

  @Test
  void readsNamedSparseAndMultivectors() throws IOException {
    Object read = fields(
            json("{\"vector\":{\"a\":[1,2],\"s\":{\"indices\":[16777217],\"values\":[1]},\"m\":[[1],[2]],\"x\":[1,\"no\"]}}")
                .getFirst())
        .get("vector");
    assertThat((float[]) member(read, "a")).containsExactly(1, 2);
    assertThat(member(member(read, "s"), "indices")).isEqualTo(List.of(16777217L));
    assertThat((List<?>) member(read, "m")).hasSize(2).allMatch(row -> row instanceof float[]);
    assertThat(member(read, "x")).isEqualTo(List.of(1.0, "no"));
  }

  private static Object member(@Nullable Object object, String name) {
    return Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(object)).get(name));
  }

  @Test
  void countsLinesAndSkipsEmptyOnes() throws IOException {
    List<Object> rows = json("\uFEFF{\"a\":1}\r\n\n  \n{\"a\":2}");
    assertThat(rows).hasSize(2);
    assertThat(((Row) rows.getLast()).number()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "1",
        "\"a\"",
        "null",
        "{",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1} {\"a\":2}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":NaN}",
        "{'a':1}",
        "{\"a\":01}",
        "nonsense",
        "{\"a\":\"\u0001\"}"
      })
  void refusesALineThatIsNotOneObjectAndContinues(String line) throws IOException {
    List<Object> rows = json(line + "\n{\"a\":1}\n");
    assertThat(rows).hasSize(2);
    assertThat(rows.getFirst().toString())
        .startsWith("line 1: is '")
        .contains("allowed: one JSON object");
    assertThat(fields(rows.getLast())).containsEntry("a", 1L);
  }

  @Test
  void refusesJsonThatIsNestedTooDeeply() throws IOException {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(json(deep + "\n{\"a\":1}").getFirst())
        .asString()
        .contains("allowed: one JSON object");
  }

  @Test
  void aMessageIsOneShortLineWhateverTheFileHas() throws IOException {
    String message =
        json("\u001b[31m\u2028\u202e" + "x".repeat(10_000)).getFirst().toString();
    assertThat(message).hasSizeLessThan(400).doesNotContainPattern("[\\p{Cntrl}\u2028\u202e]");
  }

  @Test
  void readsCsvWithQuotesAndLineBreaks() throws IOException {
    List<Object> rows = csv("\uFEFFa,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n\r\n,last\r\n");
    assertThat(rows).hasSize(2);
    assertThat(fields(rows.getFirst())).isEqualTo(Map.of("a", "1", "b", "x, \"y\"\nz"));
    assertThat(fields(rows.getLast())).isEqualTo(Map.of("b", "last"));
    assertThat(rows).extracting(row -> ((Row) row).number()).containsExactly(2L, 5L);
  }

  @Test
  void refusesARecordWithOtherCellsThanTheHeadingAndContinues() throws IOException {
    List<Object> rows = csv("a,b\n1\n1,2,3\n1,2\n");
    assertThat(rows.subList(0, 2))
        .containsExactly(
            "line 2: is '1 cells'; allowed: 2 cells, as the heading has",
            "line 3: is '3 cells'; allowed: 2 cells, as the heading has");
    assertThat(rows.getLast()).isInstanceOf(Row.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,a\n1,2\n", "a,,b\n1,2,3\n", "\n"})
  void refusesAHeadingThatNamesNoColumns(String text) throws IOException {
    Path file = file("a.csv", text);
    assertThatThrownBy(() -> source(file, Map.of()).open())
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining(file + " line 1: the heading");
  }

  @Test
  void namesTheLineWhereAQuoteIsNotClosed() throws IOException {
    Path file = file("a.csv", "a,b\n1,2\n3,\"4\n5,6\n");
    assertThatThrownBy(() -> read(source(file, Map.of())))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("line 3: not CSV");
  }

  @ParameterizedTest
  @CsvSource({
    "INTEGER, 12, 12, java.lang.Long",
    "INTEGER, -0, 0, java.lang.Long",
    "INTEGER, 9223372036854775808, 9223372036854775808, java.math.BigInteger",
    "NUMBER, 1.5, 1.5, java.lang.Double",
    "BOOLEAN, true, true, java.lang.Boolean",
    "TEXT, 007, 007, java.lang.String",
    "JSON, '[1]', [1], java.util.Collections$UnmodifiableRandomAccessList"
  })
  void readsTypedCells(CellType type, String cell, String value, String javaType) throws Exception {
    Path file = file("a.csv", "a,b\n\"" + cell + "\",x\n");
    Object read = member(fields(read(source(file, Map.of("a", type))).getFirst()), "a");
    assertThat(read).hasToString(value);
    assertThat(read.getClass().getName()).isEqualTo(javaType);
  }

  @ParameterizedTest
  @CsvSource({
    "INTEGER, 1.5",
    "INTEGER, x",
    "NUMBER, NaN",
    "NUMBER, 0x1p3",
    "NUMBER, 1e999",
    "BOOLEAN, TRUE",
    "JSON, '{'"
  })
  void refusesCellsOfAnotherType(CellType type, String cell) throws IOException {
    Path file = file("a.csv", "a,b\n" + cell + ",x\n");
    assertThat(read(source(file, Map.of("a", type))).getFirst())
        .asString()
        .startsWith("line 2: field 'a' is '" + cell + "'; allowed: ");
  }

  private static byte[] npy(String header, ByteBuffer data) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer file =
        ByteBuffer.allocate(10 + text.length + data.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.ISO_8859_1))
        .put((byte) 1)
        .put((byte) 0);
    file.putShort((short) text.length).put(text).put(data.array());
    return file.array();
  }

  private static String header(String type, String shape) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
  }

  private Source npy(byte[] bytes, @Nullable String payload) throws IOException {
    Path file = Files.write(directory.resolve("a.npy"), bytes);
    Source other = payload == null ? null : source(file("p.jsonl", payload), Map.of());
    return new Source(file, Format.NPY, Set.of("vector"), Map.of(), other);
  }

  @ParameterizedTest
  @CsvSource({"<f4, LITTLE_ENDIAN", ">f4, BIG_ENDIAN"})
  void readsArraysOfFloatsWithTheFieldsOfASecondFile(String type, String order) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(16)
        .order(order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
    List<Object> rows = read(npy(npy(header(type, "(2, 2)"), data), "{\"a\":1}\n\n{\"a\":2}\n"));
    assertThat(rows).hasSize(2);
    assertThat((float[]) fields(rows.getLast()).get("vector")).containsExactly(3, 4);
    assertThat(fields(rows.getLast())).containsEntry("a", 2L);
  }

  @Test
  void readsHalvesAndDoubles() throws IOException {
    ByteBuffer halves = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    halves.putShort(Float.floatToFloat16(1.5f)).putShort(Float.floatToFloat16(-2f));
    assertThat((float[]) fields(
                read(npy(npy(header("<f2", "(1, 2)"), halves), null)).getFirst())
            .get("vector"))
        .containsExactly(1.5f, -2f);
    ByteBuffer doubles = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.25);
    assertThat((float[]) fields(
                read(npy(npy(header("<f8", "(1, 1)"), doubles), null)).getFirst())
            .get("vector"))
        .containsExactly(0.25f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(4,)", "(1, 2, 2)", "()", "(1, 0)", "(1, 99999999)"})
  void refusesArraysOfAnotherShape(String shape) throws IOException {
    Source source = npy(npy(header("<f4", shape), ByteBuffer.allocate(16)), null);
    assertThatThrownBy(source::open)
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("a.npy");
  }

  @Test
  void refusesFilesThatEndEarlyOrHaveOtherRows() throws IOException {
    byte[] whole = npy(header("<f4", "(2, 2)"), ByteBuffer.allocate(16));
    Source cut = npy(java.util.Arrays.copyOf(whole, whole.length - 1), null);
    assertThatThrownBy(() -> read(cut)).hasMessageContaining("ends in row 2 of 2");
    Source shorter = npy(whole, "{\"a\":1}\n");
    assertThatThrownBy(() -> read(shorter))
        .hasMessageContaining("the payload file ends after row 1");
    Source longer = npy(whole, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
    assertThatThrownBy(() -> read(longer)).hasMessageContaining("the payload file has more rows");
  }

  private Path parquet(String select, String codec) throws Exception {
    Path file = directory.resolve("a.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (" + select + ") TO '" + file + "' (FORMAT parquet, CODEC '" + codec + "')");
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"uncompressed", "snappy", "zstd", "gzip"})
  void readsParquetInTheUsualCompressions(String codec) throws Exception {
    Path file = parquet(
        "SELECT i AS n, 'tenant-' || i AS t, [i::FLOAT, 0.5::FLOAT] AS vector FROM range(3000) r(i)",
        codec);
    List<Object> rows = read(source(file, Map.of()));
    assertThat(rows).hasSize(3000);
    Map<String, @Nullable Object> last = fields(rows.getLast());
    assertThat(last).containsEntry("n", 2999L).containsEntry("t", "tenant-2999");
    assertThat((float[]) last.get("vector")).containsExactly(2999f, 0.5f);
  }

  @Test
  void readsEachKindOfParquetValue() throws Exception {
    Path file = parquet(
        "SELECT 1::TINYINT AS i, 1.5::DOUBLE AS d, true AS b, NULL::INT AS n, DATE '2026-11-30' AS day, "
            + "TIMESTAMP '2026-11-30 10:00:00' AS at, 12.5::DECIMAL(10,2) AS price, {'a': 1, 'b': ['x', NULL]} AS s, "
            + "MAP {'k': 2} AS m, 'ab'::BLOB AS raw, [1.0::DOUBLE, 2.0] AS vector",
        "snappy");
    List<Object> refused = read(source(file, Map.of()));
    assertThat(refused.getFirst())
        .asString()
        .startsWith("line 1: field 'raw' is '2 bytes'; allowed: text");
    Path readable = parquet(
        "SELECT 1::TINYINT AS i, 1.5::DOUBLE AS d, true AS b, NULL::INT AS n, DATE '2026-11-30' AS day, "
            + "12.5::DECIMAL(10,2) AS price, {'a': 1, 'b': ['x', NULL]} AS s, MAP {'k': 2} AS m, "
            + "[1.0::DOUBLE, 2.0] AS vector",
        "snappy");
    Map<String, @Nullable Object> fields =
        fields(read(source(readable, Map.of())).getFirst());
    assertThat(fields)
        .containsEntry("i", 1L)
        .containsEntry("d", 1.5)
        .containsEntry("b", true)
        .doesNotContainKey("n")
        .containsEntry("day", "2026-11-30")
        .containsEntry("price", 12.5)
        .containsEntry("m", Map.of("k", 2L));
    assertThat(fields.get("s")).hasToString("{a=1, b=[x, null]}");
    assertThat((float[]) fields.get("vector")).containsExactly(1, 2);
  }

  /** Whatever the bytes are, a reader ends, names rows in ascending order, and fails only as it says. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void readsOrRefusesAnyBytes(Format format) throws Exception {
    byte[] valid = switch (format) {
      case JSONL ->
        "{\"a\":1,\"vector\":[1,2]}\n{\"b\":\"x\"}\n".repeat(20).getBytes(StandardCharsets.UTF_8);
      case CSV ->
        ("a,b,vector\n" + "1,\"x\",\"[1,2]\"\n".repeat(20)).getBytes(StandardCharsets.UTF_8);
      case NPY -> npy(header("<f4", "(8, 2)"), ByteBuffer.allocate(64));
      case PARQUET ->
        Files.readAllBytes(
            parquet("SELECT i AS n, [i::FLOAT] AS vector FROM range(50) r(i)", "snappy"));
    };
    int intact = 0;
    for (int seed = 0; seed < (format == Format.PARQUET ? 60 : 300); seed++) {
      Random random = new Random(seed);
      byte[] bytes = valid.clone();
      int changes = random.nextInt(6);
      for (int i = 0; i < changes; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else if (random.nextInt(8) == 0) {
        random.nextBytes(bytes);
      }
      Path file = Files.write(directory.resolve("any." + format), bytes);
      long last = 0;
      Source source = new Source(file, format, Set.of("vector"), Map.of(), null);
      try (Rows rows = format == Format.PARQUET
          ? new ParquetRows(file, Set.of("vector"), Duration.ofMillis(500))
          : source.open()) {
        while (true) {
          long number;
          try {
            Row row = rows.next();
            if (row == null) {
              intact++;
              break;
            }
            number = row.number();
          } catch (RowException e) {
            assertThat(e.getMessage()).doesNotContainPattern("[\\p{Cntrl}]").hasSizeLessThan(600);
            number = e.row();
          }
          assertThat(number).as("seed %d", seed).isGreaterThan(last);
          last = number;
        }
      } catch (IOException e) {
        assertThat(e.getMessage()).as("seed %d", seed).isNotEmpty();
      }
    }
    assertThat(intact).isGreaterThan(0);
  }
}
