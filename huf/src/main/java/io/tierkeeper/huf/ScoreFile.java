package io.tierkeeper.huf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Scores of a vector database, one item a line, as JSONL, CSV or TSV: what the framework's own adapter reads. */
public final class ScoreFile {

  private static final ObjectMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();
  private static final String NO_REGIME = "Global";

  private final Path file;
  private final ScoreFields fields;

  /** One line. */
  private record Row(
      long line, String id, double score, @Nullable String regime) {}

  private ScoreFile(Path file, ScoreFields fields) {
    this.file = file;
    this.fields = fields;
  }

  /**
   * Reads the items of a file.
   *
   * @throws UsageException naming file, line, field, value and what is allowed
   * @throws IOException when it cannot be read
   */
  public static HufSource read(Path file, ScoreFields fields) throws IOException {
    return new ScoreFile(file, fields).read();
  }

  /** Whether its name says that it holds columns, not JSON. */
  public static boolean delimited(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".tsv");
  }

  private HufSource read() throws IOException {
    List<Row> rows;
    boolean withRegime;
    try {
      rows = delimited(file) ? delimitedRows() : jsonRows();
    } catch (CharacterCodingException e) {
      throw new UsageException(file + ": is not UTF-8; allowed is UTF-8 text");
    }
    if (rows.isEmpty()) {
      throw new UsageException(file + ": holds no scores; needed is at least one line");
    }
    withRegime = rows.stream().anyMatch(row -> row.regime() != null);
    double least = rows.stream().mapToDouble(Row::score).min().orElse(0);
    FileTime modified = Files.getLastModifiedTime(file);
    String inputs =
        file.getFileName() + "|" + Files.size(file) + "|" + modified.to(TimeUnit.SECONDS);
    String method = "vector_db_results_to_elements(id_field=" + fields.id() + ",score_field="
        + fields.score() + ",regime_field=" + fields.regime() + ",nonneg_mode="
        + fields.negative().name().toLowerCase(Locale.ROOT) + ")";
    List<HufItem> items = new ArrayList<>(rows.size());
    Map<String, Long> seen = new HashMap<>();
    for (Row row : rows) {
      String regime = row.regime() == null ? NO_REGIME : row.regime();
      String item = regime.replace(' ', '_') + "/id=" + row.id().replace(' ', '_');
      Long before = seen.putIfAbsent(item, row.line());
      if (before != null) {
        throw invalid(
            row.line(), fields.id(), row.id(), "each item once; it is in line " + before + " too");
      }
      List<String> path = new ArrayList<>(List.of(
          "VectorDBResults",
          "query=" + fields.query(),
          "id=" + row.id(),
          "score=" + HufItem.number(row.score())));
      if (withRegime) {
        path.add(fields.regime() + "=" + (row.regime() == null ? "nan" : row.regime()));
      }
      items.add(new HufItem(item, regime, value(row.score(), least), inputs, method, path));
    }
    return new HufSource(HufItem.hash(inputs + "|" + fields.query()), modified.toInstant(), items);
  }

  private double value(double score, double least) {
    if (least >= 0) {
      return score;
    }
    return switch (fields.negative()) {
      case CLIP -> Math.max(0, score);
      case SHIFT -> score - least;
    };
  }

  // ---- reading

  private List<Row> jsonRows() throws IOException {
    List<Row> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String text = lines.get(i).replace("\uFEFF", "").strip();
      if (text.isEmpty()) {
        continue;
      }
      JsonNode node;
      try {
        node = JSON.readTree(text);
      } catch (JsonProcessingException e) {
        throw new UsageException(
            file + ": line " + (i + 1) + ": is no JSON: " + e.getOriginalMessage());
      }
      if (!(node instanceof ObjectNode object)) {
        throw new UsageException(
            file + ": line " + (i + 1) + ": is " + text + "; allowed is one JSON object a line");
      }
      rows.add(row(i + 1, object));
    }
    return rows;
  }

  private List<Row> delimitedRows() throws IOException {
    boolean tabs = file.toString().toLowerCase(Locale.ROOT).endsWith(".tsv");
    CSVFormat format = CSVFormat.RFC4180
        .builder()
        .setDelimiter(tabs ? '\t' : ',')
        .setHeader()
        .setSkipHeaderRecord(true)
        .setIgnoreEmptyLines(true)
        .get();
    String text = Files.readString(file);
    List<Row> rows = new ArrayList<>();
    try (CSVParser parser =
        CSVParser.parse(text.startsWith("\uFEFF") ? text.substring(1) : text, format)) {
      for (String needed : List.of(fields.id(), fields.score())) {
        if (!parser.getHeaderNames().contains(needed)) {
          throw new UsageException(file + ": line 1: has no column " + needed + "; it has "
              + String.join(", ", parser.getHeaderNames()));
        }
      }
      for (CSVRecord record : parser) {
        long line = parser.getCurrentLineNumber();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (!record.isConsistent()) {
          throw new UsageException(file + ": line " + line + ": has " + record.size()
              + " columns; needed are " + parser.getHeaderNames().size());
        }
        record.toMap().forEach((name, value) -> {
          if (!value.isEmpty()) {
            node.put(name, value);
          }
        });
        rows.add(row(line, node));
      }
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw new UsageException(file + ": is no " + (tabs ? "TSV: " : "CSV: ") + e.getMessage());
    }
    return rows;
  }

  private Row row(long line, ObjectNode node) {
    JsonNode id = node.path(fields.id());
    if (!id.isValueNode() || id.isNull() || id.asText().isEmpty()) {
      throw invalid(line, fields.id(), text(id), "a name");
    }
    JsonNode regime = node.path(fields.regime());
    if (regime.isContainerNode()) {
      throw invalid(line, fields.regime(), text(regime), "a name, or nothing");
    }
    return new Row(
        line,
        id.asText(),
        score(line, node.path(fields.score())),
        regime.isMissingNode() || regime.isNull() ? null : regime.asText());
  }

  private double score(long line, JsonNode score) {
    double value;
    try {
      value = score.isTextual()
          ? Double.parseDouble(score.asText())
          : score.isNumber() ? score.doubleValue() : Double.NaN;
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw invalid(line, fields.score(), text(score), "a finite number");
    }
    return value;
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "missing" : node.toString();
  }

  private UsageException invalid(long line, String field, String value, String allowed) {
    return new UsageException(
        file + ": line " + line + ": " + field + " is " + value + "; allowed is " + allowed);
  }
}
