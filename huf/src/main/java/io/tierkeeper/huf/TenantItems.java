package io.tierkeeper.huf;

import java.util.List;

/** How a tenant of a collection stands among the artifacts: its points under a shard key. */
final class TenantItems {

  private TenantItems() {}

  static HufItem of(
      String collection, String tenant, String key, long points, String inputs, String method) {
    return HufItem.ofPoints(tenant, key, points, inputs, method)
        .at(List.of("Qdrant", "collection=" + collection, "tenant=" + tenant, "shard_key=" + key));
  }
}
