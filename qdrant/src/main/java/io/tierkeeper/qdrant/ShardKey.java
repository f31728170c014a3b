package io.tierkeeper.qdrant;

/** The name of a custom shard key. A keyword and a number of the same digits are different keys. */
public sealed interface ShardKey {

  /** A key written as text, 1 to 255 bytes of UTF-8. */
  record Keyword(String value) implements ShardKey {
    public Keyword {
      if (value.isEmpty()) {
        throw new IllegalArgumentException("shard key must not be empty");
      }
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /** A key written as a number, at least zero. */
  record Number(long value) implements ShardKey {
    public Number {
      if (value < 0) {
        throw new IllegalArgumentException("shard key " + value + " must not be negative");
      }
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  static ShardKey of(String keyword) {
    return new Keyword(keyword);
  }

  static ShardKey of(long number) {
    return new Number(number);
  }

  /** A tenant's dedicated key, which has the tenant's own value. */
  static ShardKey of(TenantId tenant) {
    return switch (tenant) {
      case TenantId.Keyword keyword -> of(keyword.value());
      case TenantId.Number number -> of(number.value());
    };
  }

  /** The tenant whose dedicated key this would be. */
  default TenantId tenant() {
    return switch (this) {
      case Keyword keyword -> TenantId.of(keyword.value());
      case Number number -> TenantId.of(number.value());
    };
  }
}
