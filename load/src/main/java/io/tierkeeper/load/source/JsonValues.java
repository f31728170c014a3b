package io.tierkeeper.load.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads JSON into the values of a {@link Row}; lists of numbers in vector fields without an object for each number. */
public final class JsonValues {
  static final int MAX_DEPTH = 64;

  private static final int USUAL_DIMENSIONS = 1024;

  private static final JsonFactory JSON = JsonFactory.builder()
      .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
      .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
      .streamReadConstraints(
          StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
      .build();

  private JsonValues() {}

  /**
   * The fields of a JSON object.
   *
   * @param vectorFields where a list of numbers becomes a {@code float[]}
   * @throws JsonParseException if the bytes are not exactly one JSON object
   */
  static Map<String, @Nullable Object> object(
      byte[] bytes, int offset, int length, Set<String> vectorFields) throws IOException {
    try (JsonParser parser = JSON.createParser(bytes, offset, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(parser, "not an object");
      }
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        fields.put(name, value(parser, vectorFields.contains(name)));
      }
      requireEnd(parser);
      return fields;
    }
  }

  /**
   * One value that is the whole text.
   *
   * @param vector whether a list of numbers becomes a {@code float[]}
   * @throws IOException if the text is not exactly one JSON value
   */
  public static @Nullable Object parse(String text, boolean vector) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new JsonParseException(parser, "empty");
      }
      Object value = value(parser, vector);
      requireEnd(parser);
      return value;
    }
  }

  private static void requireEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "text after the value");
    }
  }

  private static @Nullable Object value(JsonParser parser, boolean vector) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_NUMBER_INT ->
        parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            ? parser.getBigIntegerValue()
            : (Object) parser.getLongValue();
      case START_ARRAY -> vector ? numbers(parser) : list(parser, new ArrayList<>());
      case START_OBJECT -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          // The indices of a sparse vector stay integers, which a float does not hold.
          members.put(name, value(parser, vector && !name.equals("indices")));
        }
        yield members;
      }
      default -> throw new JsonParseException(parser, "unexpected " + parser.currentToken());
    };
  }

  /** Numbers as floats; from the first element that is none on, the elements as they are. */
  private static Object numbers(JsonParser parser) throws IOException {
    float[] numbers = new float[USUAL_DIMENSIONS];
    int size = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.currentToken().isNumeric()) {
        List<@Nullable Object> mixed = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          mixed.add((double) numbers[i]);
        }
        mixed.add(value(parser, true));
        return list(parser, mixed);
      }
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, size * 2);
      }
      numbers[size++] = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
          ? (float) parser.getDoubleValue()
          : parser.getFloatValue();
    }
    return Arrays.copyOf(numbers, size);
  }

  private static List<@Nullable Object> list(JsonParser parser, List<@Nullable Object> into)
      throws IOException {
    // In a vector field the rows of a multivector are vectors themselves.
    boolean rows = !into.isEmpty() && into.getFirst() instanceof float[];
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      into.add(value(parser, rows));
    }
    return Collections.unmodifiableList(into);
  }
}
