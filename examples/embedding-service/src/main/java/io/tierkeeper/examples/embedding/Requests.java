package io.tierkeeper.examples.embedding;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Bodies and headers of requests, read strictly: what is not understood is refused and not ignored. */
final class Requests {

  static final int MAX_TEXT = 1_000_000;
  static final int MAX_NAME = 255;
  static final int MAX_LIMIT = 100;

  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
      .withCoercionConfig(
          LogicalType.Textual,
          text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
              .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
              .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
      .build();

  /** Names under which other systems take a tenant from a request. */
  private static final Pattern TENANT = Pattern.compile(
      "(?i)(x[-_])?(scope[-_]?)?(tenant|org|organi[sz]ation|group)([-_]?(id|name))?");

  /** An asset to store. */
  record Ingest(@Nullable String asset, @Nullable String text) {}

  /** A search; without a model by the one that is configured. */
  record Query(
      @Nullable String text,
      @Nullable Integer limit,
      @Nullable String model) {}

  /** A request is wrong; the message says what. */
  static final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Invalid(String message) {
      super(message);
    }
  }

  private Requests() {}

  static <T> T body(byte[] body, Class<T> type) {
    try {
      T value = JSON.readValue(body, type);
      if (value == null) {
        throw new Invalid("the body is null, expected: a JSON object");
      }
      return value;
    } catch (UnrecognizedPropertyException e) {
      Collection<Object> known = e.getKnownPropertyIds();
      throw new Invalid("field " + e.getPropertyName() + " is not allowed"
          + (isTenant(e.getPropertyName()) ? ", the tenant comes from the token only" : "")
          + "; allowed: "
          + String.join(", ", known.stream().map(Object::toString).sorted().toList()));
    } catch (JsonProcessingException e) {
      throw new Invalid("the body is not understood: "
          + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw new IllegalStateException("an array of bytes can be read", e);
    }
  }

  /** Refuses a header that names a tenant. */
  static void requireNoTenant(String header) {
    if (isTenant(header)) {
      throw new Invalid(
          "header " + header + " is not allowed, the tenant comes from the token only");
    }
  }

  private static boolean isTenant(String name) {
    return TENANT.matcher(name).matches();
  }

  /** A name of the caller: 1 to 255 printable characters. */
  static String name(String field, @Nullable String value) {
    String name = text(field, value, MAX_NAME);
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new Invalid(field + " has a control character, allowed: printable ones");
    }
    return name;
  }

  /** A text that is not blank. */
  static String text(String field, @Nullable String value, int max) {
    if (value == null || value.isBlank()) {
      throw new Invalid(field + " is missing or blank, allowed: 1 to " + max + " characters");
    }
    if (value.length() > max) {
      throw new Invalid(field + " has " + value.length() + " characters, allowed: 1 to " + max);
    }
    if (value.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new Invalid(
          field + " has U+0000 or half of a surrogate pair, allowed: any other character");
    }
    return value;
  }
}
