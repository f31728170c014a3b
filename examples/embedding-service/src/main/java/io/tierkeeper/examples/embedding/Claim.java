package io.tierkeeper.examples.embedding;

import java.util.Set;
import java.util.UUID;

/**
 * A job that a worker has leased.
 *
 * @param outboxId the row of the outbox
 * @param assetId the row of the asset
 * @param token of the lease; a worker that has lost the lease changes nothing any more
 * @param attempt the first is 1
 * @param models whose vectors this attempt writes
 */
record Claim(
    long outboxId,
    long assetId,
    UUID token,
    UUID jobId,
    String tenant,
    Kind kind,
    String asset,
    String text,
    int attempt,
    Set<String> models) {

  /** The same lease, for other work. */
  Claim as(Kind otherKind, Set<String> otherModels) {
    return new Claim(
        outboxId, assetId, token, jobId, tenant, otherKind, asset, text, attempt, otherModels);
  }
}
