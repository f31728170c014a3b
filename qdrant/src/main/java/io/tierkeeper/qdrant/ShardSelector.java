package io.tierkeeper.qdrant;

import java.util.List;

/** Which shard keys a read or write addresses. */
public sealed interface ShardSelector {

  /** No selector: reads go to all keys, writes are refused. */
  record All() implements ShardSelector {}

  /** These keys and no others. */
  record Keys(List<ShardKey> keys) implements ShardSelector {}

  /** The target while it is usable, else the fallback: what applications send. */
  record WithFallback(ShardKey target, ShardKey fallback) implements ShardSelector {}

  static ShardSelector all() {
    return new All();
  }

  static ShardSelector key(ShardKey key) {
    return new Keys(List.of(key));
  }

  static ShardSelector withFallback(ShardKey target, ShardKey fallback) {
    return new WithFallback(target, fallback);
  }
}
