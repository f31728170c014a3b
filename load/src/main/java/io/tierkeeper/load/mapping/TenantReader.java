package io.tierkeeper.load.mapping;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.load.source.Row;
import io.tierkeeper.load.source.RowException;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the tenant of a row, and puts it into the payload where the row has it elsewhere. */
final class TenantReader {
  /** Qdrant's limit for the name of a shard key. */
  private static final int MAX_KEY_BYTES = 255;

  private final Mapping mapping;
  private final Destination destination;
  private final @Nullable TenantId constant;
  private final String allowed;

  /** @throws UsageException if the tenant of all rows cannot be a tenant of the collection */
  TenantReader(Mapping mapping, Destination destination) {
    this.mapping = mapping;
    this.destination = destination;
    this.allowed = switch (destination.tenantType()) {
          case KEYWORD -> "a text of 1 to " + MAX_KEY_BYTES + " bytes";
          case UUID -> "a UUID in lower case with hyphens";
          case INTEGER -> "an integer from 0 to " + Long.MAX_VALUE;
        }
        + ", other than '" + destination.fallback() + "' and names that begin with '"
        + ReservedNames.PREFIX + "'";
    this.constant = mapping.tenantValue() == null ? null : constant(mapping.tenantValue());
  }

  private TenantId constant(String value) {
    return parsed(value)
        .orElseThrow(() -> new UsageException(
            "--tenant-value '" + value + "' is not allowed; allowed: " + allowed));
  }

  /** The tenant of a row. */
  TenantId tenant(Row row, Map<String, @Nullable Object> payload) throws RowException {
    if (constant != null) {
      return constant;
    }
    String field = mapping.tenant() == null ? destination.tenantField() : mapping.tenant();
    Object inPayload = mapping.tenant() == null ? Fields.get(payload, field) : null;
    Object value = inPayload == null ? Fields.get(row.fields(), field) : inPayload;
    return parsed(value)
        .orElseThrow(() ->
            new RowException(row.number(), field, value == null ? "missing" : value, allowed));
  }

  /** The payload with the tenant in the collection's tenant field. */
  Map<String, @Nullable Object> withTenant(
      Row row, Map<String, @Nullable Object> payload, TenantId tenant) throws RowException {
    Object present = Fields.get(payload, destination.tenantField());
    if (tenant.payload().equals(present) && isAtPath(payload)) {
      return payload;
    }
    if (present != null && !parsed(present).equals(Optional.of(tenant))) {
      throw new RowException(
          row.number(), destination.tenantField(), present, "the row's tenant, '" + tenant + "'");
    }
    try {
      return Fields.with(payload, destination.tenantField(), tenant.payload());
    } catch (IllegalArgumentException e) {
      String blocking = String.valueOf(e.getMessage());
      throw new RowException(
          row.number(), blocking, payload.get(blocking), "an object, which gets the tenant");
    }
  }

  /** Whether a nested tenant is nested, and not a field that has a dot in its name, which the index does not find. */
  private boolean isAtPath(Map<String, @Nullable Object> payload) {
    return !destination.tenantField().contains(".")
        || !payload.containsKey(destination.tenantField());
  }

  private Optional<TenantId> parsed(@Nullable Object value) {
    return switch (destination.tenantType()) {
      case INTEGER -> integer(value).map(TenantId::of);
      case UUID ->
        value instanceof String text && text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
            ? Optional.of(TenantId.of(text))
            : Optional.empty();
      case KEYWORD -> value instanceof String text ? keyword(text) : Optional.empty();
    };
  }

  /** Files without types have numbers as text. */
  private static Optional<Long> integer(@Nullable Object value) {
    if (value instanceof Long number) {
      return number < 0 ? Optional.empty() : Optional.of(number);
    }
    return value instanceof String text
            && TenantId.CANONICAL_NUMBER.matcher(text).matches()
            && TenantId.parse(text, TenantId.Kind.INTEGER) instanceof TenantId.Number number
        ? Optional.of(number.value())
        : Optional.empty();
  }

  private Optional<TenantId> keyword(String text) {
    boolean possible = !text.isEmpty()
        && text.getBytes(StandardCharsets.UTF_8).length <= MAX_KEY_BYTES
        // Half a surrogate pair would arrive at the server as another text.
        && text.equals(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    if (!possible) {
      return Optional.empty();
    }
    TenantId tenant = TenantId.of(text);
    boolean reserved =
        ReservedNames.isReserved(tenant) || text.equals(destination.fallback().toString());
    return reserved ? Optional.empty() : Optional.of(tenant);
  }
}
