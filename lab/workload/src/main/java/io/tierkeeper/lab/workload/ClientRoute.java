package io.tierkeeper.lab.workload;

import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;

/** Where the clients of a tenant send their calls, from one call to the next. */
public interface ClientRoute {

  /** The collection, or an alias of it. */
  String collection(ShardKey tenant);

  /** The shard keys in it. */
  ShardSelector selector(ShardKey tenant);

  /** To {target, fallback} of one tiered collection. */
  static ClientRoute tiered(String collection, ShardKey fallback) {
    return new ClientRoute() {
      @Override
      public String collection(ShardKey tenant) {
        return collection;
      }

      @Override
      public ShardSelector selector(ShardKey tenant) {
        return ShardSelector.withFallback(tenant, fallback);
      }
    };
  }
}
