package io.tierkeeper.evaluation;

import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * How an index on the tenant field writes a tenant. A uuid index answers lower case with hyphens whatever the payload
 * has, and its filters match every spelling, but shard keys are compared as text: a key in another spelling than that
 * of the clients is never addressed by them.
 */
final class TenantSpelling {

  /** How many points of a tenant are read. */
  private static final int SAMPLE = 64;

  private static final Pattern HYPHENATED =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern PLAIN = Pattern.compile("[0-9a-f]{32}");

  private final IndexedField index;

  private TenantSpelling(IndexedField index) {
    this.index = index;
  }

  static TenantSpelling of(IndexedField index) {
    return new TenantSpelling(index);
  }

  /** Whether one tenant can be spelled in several ways. */
  boolean varies() {
    return index.type().equals("uuid");
  }

  /** Whether the index can contain this tenant. */
  boolean fits(TenantId tenant) {
    return switch (tenant) {
      case TenantId.Number number -> index.type().equals(TenantId.Kind.INTEGER.word());
      case TenantId.Keyword keyword ->
        varies()
            ? canonical(keyword.value()).isPresent()
            : !index.type().equals(TenantId.Kind.INTEGER.word());
    };
  }

  /** What a facet calls the tenant. */
  TenantId listed(TenantId tenant) {
    return varies() ? canonical(tenant.toString()).map(TenantId::of).orElse(tenant) : tenant;
  }

  /** The tenants by what a facet calls them, where that differs; of two spellings the one with a TenantTier. */
  Map<TenantId, TenantId> known(Collection<TenantId> declared, Collection<TenantId> dedicated) {
    Map<TenantId, TenantId> known = new HashMap<>();
    if (varies()) {
      declared.forEach(tenant -> known(tenant, known));
      dedicated.forEach(tenant -> known(tenant, known));
    }
    return known;
  }

  private static void known(TenantId tenant, Map<TenantId, TenantId> known) {
    if (tenant instanceof TenantId.Keyword keyword) {
      canonical(keyword.value()).ifPresent(text -> known.putIfAbsent(TenantId.of(text), tenant));
    }
  }

  /** The spellings of a tenant in the payloads of some of its points. */
  SortedSet<String> sample(
      QdrantReads port,
      String collection,
      ShardSelector selector,
      String tenantField,
      TenantId tenant) {
    SortedSet<String> spellings = new TreeSet<>();
    Optional<String> uuid = canonical(tenant.toString());
    if (uuid.isPresent()) {
      for (Point point : port.scroll(new ScrollRequest(
              collection, selector, Filter.tenant(tenantField, tenant), null, SAMPLE, true, false))
          .points()) {
        collect(valueOf(point.payload(), tenantField), uuid.get(), spellings);
      }
    }
    return spellings;
  }

  /** The value that the first part of a path names; the field itself may be deeper in it. */
  private static Object valueOf(Map<String, Object> payload, String path) {
    Object whole = payload.get(path);
    int end = 0;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    Object first = payload.get(path.substring(0, end));
    return whole != null ? whole : first != null ? first : payload;
  }

  private static void collect(Object value, String uuid, SortedSet<String> spellings) {
    switch (value) {
      case String text -> {
        if (canonical(text).filter(uuid::equals).isPresent()) {
          spellings.add(text);
        }
      }
      case Collection<?> list -> list.forEach(item -> collect(item, uuid, spellings));
      case Map<?, ?> object -> object.values().forEach(item -> collect(item, uuid, spellings));
      default -> {}
    }
  }

  /** The text that a uuid index has for this one; empty for a text that is no UUID. */
  static Optional<String> canonical(String text) {
    String plain = text.toLowerCase(Locale.ROOT);
    if (plain.startsWith("urn:uuid:")) {
      plain = plain.substring("urn:uuid:".length());
    } else if (plain.startsWith("{") && plain.endsWith("}")) {
      plain = plain.substring(1, plain.length() - 1);
    }
    if (!HYPHENATED.matcher(plain).matches() && !PLAIN.matcher(plain).matches()) {
      return Optional.empty();
    }
    String digits = plain.replace("-", "");
    return Optional.of(new UUID(
            HexFormat.fromHexDigitsToLong(digits, 0, 16),
            HexFormat.fromHexDigitsToLong(digits, 16, 32))
        .toString());
  }
}
