package io.tierkeeper.client;

import java.util.UUID;

/**
 * The marker point of a demotion by fence ({@code demotion.fence.token} of a TierPolicy): while its payload is hidden, writers wait.
 *
 * @param collection of the marker point; one with automatic sharding
 * @param id a UUID or a number
 */
public record FencePoint(String collection, PointId id) {

  /** The field that holds the payload of the marker point while the fence is raised. */
  static final String RAISED = "tierkeeper_fenced";

  /** @throws TenantClientException.InvalidRequest if the id is a text */
  public FencePoint {
    if (id instanceof PointId.Text) {
      throw new TenantClientException.InvalidRequest(
          "the marker point of a fence is a UUID or a number, not the text " + id, null);
    }
  }

  /** Reads {@code collection/id}, as in {@code allowedFencePoints} of the collection's Secret. */
  static FencePoint parse(String text) {
    int slash = text.lastIndexOf('/');
    String id = text.substring(slash + 1);
    try {
      return new FencePoint(
          text.substring(0, Math.max(0, slash)),
          id.matches("[0-9]+")
              ? PointId.of(Long.parseUnsignedLong(id))
              : PointId.of(UUID.fromString(id)));
    } catch (IllegalArgumentException e) {
      throw new TenantClientException.InvalidRequest(
          "FENCE_POINT is " + text + ", allowed: collection/id with a UUID or a number", e);
    }
  }
}
