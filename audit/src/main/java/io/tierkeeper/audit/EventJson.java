package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.lang.reflect.Executable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Events as JSON and back: the one place that knows how a payload lies in a line.
 *
 * <p>Fields of later versions are ignored when reading. A required field that is missing makes {@link UnreadableData}.
 */
public final class EventJson {

  private static final JsonMapper MAPPER = JsonMapper.builder()
      .addModule(new JavaTimeModule())
      .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
      .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
      .defaultPropertyInclusion(
          JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
      .annotationIntrospector(AnnotationIntrospector.pair(
          new JacksonAnnotationIntrospector(), new RequiredUnlessNullable()))
      .build();

  private EventJson() {}

  /** The payload as it lies in a line, without {@code actor}; a new object. */
  public static ObjectNode write(EventData data) {
    return data instanceof UnreadableData unreadable
        ? unreadable.json().deepCopy()
        : (ObjectNode) tree(data);
  }

  /** A part of a payload as it lies in a line, such as {@link DecisionData.Verdict}. */
  public static JsonNode tree(Object part) {
    return MAPPER.valueToTree(part);
  }

  /** The payload of a line of this type; {@link UnreadableData} where it does not have the fields of its type. */
  public static EventData read(AuditType type, ObjectNode json) {
    try {
      return MAPPER.treeToValue(json, type.dataClass());
    } catch (JsonProcessingException e) {
      return new UnreadableData(type, reason(e), json);
    }
  }

  private static String reason(JsonProcessingException e) {
    if (e.getCause() instanceof IllegalArgumentException refused && refused.getMessage() != null) {
      return refused.getMessage();
    }
    String path = e instanceof JsonMappingException mapping
        ? mapping.getPath().stream()
            .map(step -> step.getFieldName() == null
                ? "[" + step.getIndex() + "]"
                : "." + step.getFieldName())
            .collect(Collectors.joining())
        : "";
    return "data" + path + " cannot be read: " + e.getOriginalMessage();
  }

  /** A component of a record must be in the JSON unless it is {@code @Nullable}, or absent when 0, false or empty. */
  private static final class RequiredUnlessNullable extends NopAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
      return required(member) ? true : null;
    }

    @Override
    public JsonSetter.Value findSetterInfo(Annotated member) {
      return required(member)
          ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
          : JsonSetter.Value.empty();
    }

    private static boolean required(Annotated member) {
      return member instanceof AnnotatedParameter parameter
          && !parameter.getRawType().isPrimitive()
          // Groups of fields, and lists and maps whose absence means that they are empty.
          && !parameter.hasAnnotation(JsonUnwrapped.class)
          && !parameter.hasAnnotation(JsonInclude.class)
          && parameter.getOwner().getAnnotated() instanceof Executable creator
          && !creator.getAnnotatedParameterTypes()[parameter.getIndex()].isAnnotationPresent(
              Nullable.class);
    }
  }
}
