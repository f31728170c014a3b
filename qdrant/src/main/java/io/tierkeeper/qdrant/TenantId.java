package io.tierkeeper.qdrant;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a tenant: its value in the tenant field of the payload. The keyword {@code 7} and the number 7 are
 * different tenants, with different points and different dedicated keys.
 *
 * <p>Where a name is needed (evaluation, audit trail, resource names, metrics, status lists) a tenant has one text,
 * which depends on the kind of the collection's tenant index: {@link #text} and {@link #parse} are each other's inverse
 * for each kind. The text is the plain value, unless {@code parse} would take the plain value for another tenant; then
 * it is {@code tierkeeper/number/7} or {@code tierkeeper/keyword/7}. With a keyword index this happens to the numbers,
 * with an integer index to the keywords that consist of the digits of a number. Names that begin with
 * {@code tierkeeper/} are reserved, so the text of no tenant that can have a TenantTier is mistaken for another one.
 */
public sealed interface TenantId {

  /** At most as many digits as {@link Long#MAX_VALUE} has, and no zero in front. */
  Pattern CANONICAL_NUMBER = Pattern.compile("0|[1-9][0-9]{0,18}");

  /** The kind of a tenant's value, and of the index on the tenant field. */
  enum Kind {
    KEYWORD("keyword"),
    INTEGER("integer");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Qdrant's word for an index of this kind. */
    public String word() {
      return word;
    }
  }

  /** A tenant whose value is text. */
  record Keyword(String value) implements TenantId {

    /** @throws IllegalArgumentException if the value is empty */
    public Keyword {
      if (value.isEmpty()) {
        throw new IllegalArgumentException("tenant must not be empty");
      }
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /** A tenant whose value is a number. */
  record Number(long value) implements TenantId {

    /** @throws IllegalArgumentException if the value is below zero */
    public Number {
      if (value < 0) {
        throw new IllegalArgumentException("tenant " + value + " must not be negative");
      }
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  static TenantId of(String keyword) {
    return new Keyword(keyword);
  }

  static TenantId of(long number) {
    return new Number(number);
  }

  /** The tenant of a resource with one field for a keyword and one for a number; empty unless exactly one is valid. */
  static Optional<TenantId> of(@Nullable String keyword, @Nullable Long number) {
    if (keyword != null) {
      return keyword.isEmpty() || number != null ? Optional.empty() : Optional.of(of(keyword));
    }
    return number == null || number < 0 ? Optional.empty() : Optional.of(of(number.longValue()));
  }

  /**
   * The tenant that has this text in a collection whose tenant index is of this kind; every text but the empty one is
   * the text of exactly one tenant.
   *
   * @throws IllegalArgumentException if the text is empty
   */
  static TenantId parse(String text, Kind index) {
    OptionalLong number = number(text, index);
    if (number.isPresent()) {
      return of(number.getAsLong());
    }
    return text.startsWith(ReservedNames.KEYWORD_PREFIX) && needsPrefix(text, index)
        ? of(text.substring(ReservedNames.KEYWORD_PREFIX.length()))
        : of(text);
  }

  /** The text in a collection whose tenant index is of this kind; unique in the collection. */
  default String text(Kind index) {
    return switch (this) {
      case Keyword keyword ->
        needsPrefix(keyword.value(), index)
            ? ReservedNames.KEYWORD_PREFIX + keyword.value()
            : keyword.value();
      case Number number ->
        index == Kind.INTEGER ? number.toString() : ReservedNames.NUMBER_PREFIX + number;
    };
  }

  /** Whether a keyword is a number's text, or the text of such a keyword and so on. */
  private static boolean needsPrefix(String keyword, Kind index) {
    int from = 0;
    while (keyword.startsWith(ReservedNames.KEYWORD_PREFIX, from)) {
      from += ReservedNames.KEYWORD_PREFIX.length();
    }
    return number(keyword.substring(from), index).isPresent();
  }

  /** The number with this text; digits count only as {@link Long#toString(long)} writes them. */
  private static OptionalLong number(String text, Kind index) {
    String prefix = index == Kind.INTEGER ? "" : ReservedNames.NUMBER_PREFIX;
    if (!text.startsWith(prefix)
        || !CANONICAL_NUMBER
            .matcher(text)
            .region(prefix.length(), text.length())
            .matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text, prefix.length(), text.length(), 10));
    } catch (NumberFormatException aboveLong) {
      return OptionalLong.empty();
    }
  }

  /** The kind of the value. */
  default Kind kind() {
    return switch (this) {
      case Keyword keyword -> Kind.KEYWORD;
      case Number number -> Kind.INTEGER;
    };
  }

  /** The value as a payload has it: a {@code String} or a {@code Long}. */
  default Object payload() {
    return switch (this) {
      case Keyword keyword -> keyword.value();
      case Number number -> number.value();
    };
  }

  /** The value of a field for keywords; null for a number. */
  default @Nullable String keyword() {
    return this instanceof Keyword keyword ? keyword.value() : null;
  }

  /** The value of a field for numbers; null for a keyword. */
  default @Nullable Long number() {
    return this instanceof Number number ? Long.valueOf(number.value()) : null;
  }
}
