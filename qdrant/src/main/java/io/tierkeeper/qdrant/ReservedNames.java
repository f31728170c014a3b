package io.tierkeeper.qdrant;

import java.util.Optional;

/**
 * Names that begin with {@code tierkeeper/}: working shard keys, and texts of tenants that need a prefix. The API
 * rejects such a name as tenant and as fallback.
 */
public final class ReservedNames {

  public static final String PREFIX = "tierkeeper/";

  /** All tenants that a measurement does not list. */
  public static final TenantId OTHERS = TenantId.of(PREFIX + "others");

  /** Prefix of the text of a number where plain digits are a keyword. */
  static final String NUMBER_PREFIX = PREFIX + "number/";

  /** Prefix of the text of a keyword that would be taken for another tenant without it. */
  static final String KEYWORD_PREFIX = PREFIX + "keyword/";

  private static final String RESTORED = PREFIX + "restored/";
  private static final String FREEZE_SOURCE = "/y";
  private static final String THAWED_COPY = "/z";

  private ReservedNames() {}

  /** Whether no tenant with a TenantTier may have this value. */
  public static boolean isReserved(TenantId tenant) {
    return tenant instanceof TenantId.Keyword keyword && keyword.value().startsWith(PREFIX);
  }

  /** Whether a move created the key for itself, so that it serves no tenant. */
  public static boolean isWorkingKey(ShardKey key) {
    return key instanceof ShardKey.Keyword keyword && keyword.value().startsWith(PREFIX);
  }

  /** The id of the move that created a working key; empty where the key is none, or has another form. */
  public static Optional<String> moveOf(ShardKey key) {
    String name = key.toString();
    boolean formed = isWorkingKey(key)
        && (name.endsWith(FREEZE_SOURCE) || name.endsWith(THAWED_COPY))
        && name.length() > PREFIX.length() + THAWED_COPY.length();
    return formed
        ? Optional.of(name.substring(PREFIX.length(), name.length() - THAWED_COPY.length()))
        : Optional.empty();
  }

  /**
   * The key into which a tenant is restored where no other is named; it serves no tenant.
   *
   * @param tenant text of the tenant
   */
  public static ShardKey restored(String tenant) {
    // Without an end of its own, the name of a tenant could make it the key of a move.
    return ShardKey.of(RESTORED + tenant + "/r");
  }

  /** Whether it is the thawed copy of some move. */
  public static boolean isThawedCopy(ShardKey key) {
    return isWorkingKey(key) && key.toString().endsWith(THAWED_COPY);
  }

  /**
   * The empty working key from which a demotion starts the transfer that freezes the dedicated key.
   *
   * @param move id of the move, unique in the collection
   */
  public static ShardKey freezeSource(String move) {
    return ShardKey.of(PREFIX + move + FREEZE_SOURCE);
  }

  /**
   * The working key that holds the content of the dedicated key at the freeze.
   *
   * @param move id of the move, unique in the collection
   */
  public static ShardKey thawedCopy(String move) {
    return ShardKey.of(PREFIX + move + THAWED_COPY);
  }
}
