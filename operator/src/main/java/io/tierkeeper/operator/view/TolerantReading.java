package io.tierkeeper.operator.view;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads objects of another version, or that were edited, member by member: one that cannot be read is named in the
 * log and counts as absent. An object that cannot be read at all ends its watch, and with it the operator, for all resources
 * and again after each restart.
 */
public final class TolerantReading {

  private static final Logger log = LoggerFactory.getLogger(TolerantReading.class);

  private TolerantReading() {}

  /** What the operator's client reads with. */
  public static KubernetesSerialization serialization() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.addHandler(new Absent());
    mapper.registerModule(new SimpleModule("whole numbers")
        .addDeserializer(Integer.class, new Whole<>(Integer.class) {
          @Override
          Integer exact(BigDecimal number) {
            return number.intValueExact();
          }
        })
        .addDeserializer(Long.class, new Whole<>(Long.class) {
          @Override
          Long exact(BigDecimal number) {
            return number.longValueExact();
          }
        }));
    mapper.registerModule(LeanReading.module());
    return new KubernetesSerialization(mapper, true);
  }

  private static void report(JsonParser parser, Object value, Class<?> wanted) {
    log.warn(
        "{} of a {} is ignored: '{}' is not a valid {}",
        parser.getParsingContext().pathAsPointer(),
        parser.currentValue() == null
            ? "resource"
            : parser.currentValue().getClass().getSimpleName(),
        value,
        wanted.getSimpleName());
  }

  /** A boxed whole number; one beyond its type is absent instead of the end of the reading. */
  private abstract static class Whole<T extends Number> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1;

    Whole(Class<T> type) {
      super(type);
    }

    abstract T exact(BigDecimal number);

    @Override
    public @Nullable T deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonToken token = parser.currentToken();
      if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
        try {
          return exact(parser.getDecimalValue());
        } catch (ArithmeticException e) {
          report(parser, parser.getText(), handledType());
          return null;
        }
      }
      if (token == JsonToken.VALUE_STRING) {
        try {
          return exact(new BigDecimal(parser.getText().strip()));
        } catch (ArithmeticException | NumberFormatException e) {
          report(parser, parser.getText(), handledType());
          return null;
        }
      }
      report(parser, token, handledType());
      parser.skipChildren();
      return null;
    }
  }

  private static final class Absent extends DeserializationProblemHandler {
    @Override
    public @Nullable Object handleWeirdStringValue(
        DeserializationContext context, Class<?> target, String value, String failure)
        throws IOException {
      if (target.isPrimitive()) {
        return NOT_HANDLED;
      }
      report(context.getParser(), value, target);
      return null;
    }

    @Override
    public @Nullable Object handleWeirdNumberValue(
        DeserializationContext context, Class<?> target, Number value, String failure)
        throws IOException {
      if (target.isPrimitive()) {
        return NOT_HANDLED;
      }
      report(context.getParser(), value, target);
      return null;
    }

    /** Such as text where an object belongs. */
    @Override
    public @Nullable Object handleMissingInstantiator(
        DeserializationContext context,
        Class<?> target,
        @Nullable ValueInstantiator instantiator,
        @Nullable JsonParser parser,
        String failure)
        throws IOException {
      if (target.isPrimitive() || parser == null) {
        return NOT_HANDLED;
      }
      report(parser, parser.currentToken(), target);
      parser.skipChildren();
      return null;
    }

    @Override
    public @Nullable Object handleUnexpectedToken(
        DeserializationContext context,
        JavaType target,
        JsonToken token,
        JsonParser parser,
        String failure)
        throws IOException {
      if (target.isPrimitive()) {
        return NOT_HANDLED;
      }
      report(parser, token, target.getRawClass());
      parser.skipChildren();
      return null;
    }
  }
}
