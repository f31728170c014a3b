package io.tierkeeper.moves.snapshot;

import io.tierkeeper.moves.Move;
import io.tierkeeper.qdrant.TenantId;

/**
 * Whose points a snapshot has, and which move took it.
 *
 * @param tenantField the payload field that holds the tenant
 * @param tenant the tenant's value, as text
 * @param number whether the value is a number
 * @param uid of the move
 * @param when {@code BeforeDemotion} or {@code BeforeCleanup}
 * @param peer that held the replica, as an unsigned number
 */
public record SnapshotOrigin(
    String collection,
    String tenantField,
    String tenant,
    boolean number,
    String move,
    String uid,
    String when,
    String peer) {

  private static final int MAX_NAME = 60;

  /** Of the dedicated key of a move. */
  public static SnapshotOrigin of(Move move, String when, long peer) {
    return new SnapshotOrigin(
        move.collection(),
        move.tenantField(),
        move.tenant().toString(),
        move.tenant() instanceof TenantId.Number,
        move.name(),
        move.uid(),
        when,
        Long.toUnsignedString(peer));
  }

  /** The tenant as a value of its field. */
  public TenantId tenantId() {
    return number ? TenantId.of(Long.parseLong(tenant)) : TenantId.of(tenant);
  }

  /** The name of the file; a repeat of the same move has the same. */
  String file() {
    return plain(collection) + "-" + plain(tenant) + "-" + when + "-" + plain(uid) + ".snapshot";
  }

  private static String plain(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
    return plain.length() > MAX_NAME ? plain.substring(0, MAX_NAME) : plain;
  }
}
