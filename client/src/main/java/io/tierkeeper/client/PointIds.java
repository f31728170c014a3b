package io.tierkeeper.client;

import java.util.UUID;

/**
 * Ids that are computed from what a point is about, so that a repeated import writes the same points again instead of new ones, in
 * every language alike.
 *
 * <pre>{@code
 * PointId id = PointIds.of("acme", "handbook.pdf", "page-7", "e5-large", "2");
 * }</pre>
 */
public final class PointIds {

  private PointIds() {}

  /**
   * The first 128 bits of the SHA-256 of the five parts as UTF-8, each with its length in bytes before it as four bytes,
   * big-endian: {@code ("ab", "c")} and {@code ("a", "bc")} differ. The bits are used as they are; version and variant of the UUID
   * are not set.
   *
   * @param org the organisation, usually the tenant, so that ids of different tenants differ
   * @param asset the document or file
   * @param segment the part of it
   * @param model the embedding model
   * @param version of the model or of the asset
   * @throws TenantClientException.InvalidRequest if a part has half of a surrogate pair
   */
  public static PointId of(String org, String asset, String segment, String model, String version) {
    return PointId.of(uuid(org, asset, segment, model, version));
  }

  /** The same as a UUID. */
  public static UUID uuid(String org, String asset, String segment, String model, String version) {
    return Texts.digest(
        Texts.utf8("org", org),
        Texts.utf8("asset", asset),
        Texts.utf8("segment", segment),
        Texts.utf8("model", model),
        Texts.utf8("version", version));
  }
}
