package io.tierkeeper.migrate;

import java.util.List;

/**
 * What a migration would do; nothing was changed.
 *
 * @param sourceCollections name, Qdrant's estimate of its points, and its layout
 * @param createsTarget whether the target does not exist yet
 * @param indexes payload indexes that the target gets, as {@code field type}
 * @param points Qdrant's estimate over all sources
 * @param vectorBytes about so many bytes of vectors are copied; -1 where it is not known
 * @param withoutTenant points that have nothing in the tenant field; they stay in the fallback key, where no tenant finds them
 * @param warnings what a user should know before the copy begins
 */
public record MigrationPlan(
    List<SourceInfo> sourceCollections,
    String target,
    boolean createsTarget,
    List<String> indexes,
    long points,
    long vectorBytes,
    long withoutTenant,
    List<String> warnings) {

  /**
   * A collection of the source.
   *
   * @param layout {@code automatic sharding} or {@code custom sharding}, with the number of shards
   */
  public record SourceInfo(String name, long points, String layout) {}
}
