package io.tierkeeper.operator.view;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps TenantTiers small in memory, since there may be ten thousand: what the operator never looks at is left out, and
 * equal texts and gates are one object.
 */
final class LeanReading {

  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  /** Longer texts are rarely the same. */
  private static final int MAX_POOLED = 120;

  private static final Pool<String> TEXTS = new Pool<>(1 << 13);
  private static final Pool<TenantTierStatus.Gate> GATES = new Pool<>(1 << 12);

  private LeanReading() {}

  static Module module() {
    return new SimpleModule("lean")
        .addDeserializer(String.class, new Text())
        .setDeserializerModifier(new BeanDeserializerModifier() {
          private static final long serialVersionUID = 1;

          @Override
          public JsonDeserializer<?> modifyDeserializer(
              DeserializationConfig config,
              BeanDescription description,
              JsonDeserializer<?> deserializer) {
            Class<?> kind = description.getBeanClass();
            if (kind == TenantTier.class) {
              return new Changed(deserializer, LeanReading::lean);
            }
            return kind == TenantTierStatus.Gate.class
                ? new Changed(deserializer, LeanReading::pooled)
                : deserializer;
          }
        });
  }

  /** Equal values of the recent past as one object; holds so many at most. */
  private static final class Pool<T> {
    private final @Nullable Object[] slots;

    Pool(int size) {
      slots = new Object[size];
    }

    /** A value that is equal. Races between threads at worst miss one. */
    T one(T value) {
      int hash = value.hashCode();
      int slot = (hash ^ hash >>> 16) & slots.length - 1;
      if (value.equals(slots[slot])) {
        @SuppressWarnings("unchecked")
        T known = (T) slots[slot];
        return known;
      }
      slots[slot] = value;
      return value;
    }
  }

  private static final class Text extends StdScalarDeserializer<String> {
    private static final long serialVersionUID = 1;

    Text() {
      super(String.class);
    }

    @Override
    public @Nullable String deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = StringDeserializer.instance.deserialize(parser, context);
      return text == null || text.length() > MAX_POOLED ? text : TEXTS.one(text);
    }
  }

  /** Without the owners of fields, and without the copy that kubectl keeps: together more than spec and status. */
  private static Object lean(Object read) {
    if (read instanceof TenantTier tier && tier.getMetadata() != null) {
      ObjectMeta metadata = tier.getMetadata();
      metadata.setManagedFields(new ArrayList<>(0));
      Map<String, String> annotations = metadata.getAnnotations();
      if (annotations != null) {
        annotations.remove(LAST_APPLIED);
      }
    }
    return read;
  }

  private static Object pooled(Object read) {
    return read instanceof TenantTierStatus.Gate gate ? GATES.one(gate) : read;
  }

  /** Reads as usual, and then changes what was read. */
  private static final class Changed extends DelegatingDeserializer {
    private static final long serialVersionUID = 1;

    private final transient UnaryOperator<Object> change;

    Changed(JsonDeserializer<?> delegate, UnaryOperator<Object> change) {
      super(delegate);
      this.change = change;
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
      return new Changed(delegate, change);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return change.apply(super.deserialize(parser, context));
    }
  }
}
