package io.tierkeeper.qdrant;

/**
 * The name of a custom shard key, and equally the value of a tenant in the payload: a tenant's dedicated key bears the
 * tenant's own value. A keyword and a number of the same digits are different keys.
 */
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
}
