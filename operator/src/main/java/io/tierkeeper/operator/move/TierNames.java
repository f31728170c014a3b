package io.tierkeeper.operator.move;

import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/** Names of the resources that the operator creates for a tenant, made from the tenant's text. */
public final class TierNames {

  private static final int MAX_SLUG = 40;
  private static final int MAX_COLLECTION = 100;
  private static final int MAX_LABEL = 63;
  private static final int HASH_DIGITS = 4;
  private static final int HASH_BYTES = 4;

  private TierNames() {}

  /**
   * The name of a discovered tenant's TenantTier: its text, as far as it may stand in a name, and a hash where that is not all
   * of it.
   *
   * @param tenant its text in the collection
   */
  public static String tenantTier(String collection, String tenant) {
    String slug = slug(tenant);
    String name = cut(collection, MAX_COLLECTION) + "-" + slug;
    // Whatever the slug leaves out may be what distinguishes two tenants.
    return slug.equals(tenant) && collection.length() <= MAX_COLLECTION
        ? name
        : name + "-" + hash(collection + "/" + tenant);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The name of a plan's TierMove. The same plan may be made again after it was stopped; its TierMove is another one.
   *
   * @param taken names of TierMoves that exist
   */
  static String tierMove(TieredCollection collection, Move move, MovePlan plan, Set<String> taken) {
    String hash = plan.hash().substring("sha256:".length());
    String name = cut(collection.getMetadata().getName(), MAX_COLLECTION) + "-"
        + slug(move.tenantText()) + "-" + move.direction().label().toLowerCase(Locale.ROOT) + "-"
        + hash.substring(0, HASH_DIGITS);
    String free = name;
    for (int next = 2; taken.contains(free); next++) {
      free = name + "-" + next;
    }
    return free;
  }

  /** As it may stand in a label. */
  static String label(String name) {
    return cut(name, MAX_LABEL);
  }

  private static String slug(String tenant) {
    String slug =
        tenant.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    return slug.isEmpty() ? "x" : cut(slug, MAX_SLUG);
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest).replaceAll("[-.]+$", "");
  }
}
