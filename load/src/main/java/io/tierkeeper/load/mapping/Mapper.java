package io.tierkeeper.load.mapping;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.load.source.Row;
import io.tierkeeper.load.source.RowException;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.TenantId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes points of rows, and refuses each row that the collection or Tierkeeper would refuse. */
public final class Mapper {
  /** Changes when the same row would get another id. */
  private static final String ID_VERSION = "tierkeeper-load-1";

  private static final BigInteger MAX_UNSIGNED =
      BigInteger.TWO.pow(Long.SIZE).subtract(BigInteger.ONE);

  /** A vector of the collection and the columns it is read from; one column unless the field has a {@code *}. */
  private record VectorColumns(
      String name, String field, List<String> columns, VectorReader reader) {}

  private final Mapping mapping;
  private final Destination destination;
  private final List<VectorColumns> vectors = new ArrayList<>();
  private final Set<String> notPayload = new HashSet<>();
  private final TenantReader tenants;

  /**
   * @param columns the columns of the file; empty where each row has its own
   * @throws UsageException if the mapping does not fit the columns or the collection
   */
  public Mapper(Mapping mapping, Destination destination, List<String> columns) {
    this.mapping = mapping;
    this.destination = destination;
    this.tenants = new TenantReader(mapping, destination);
    mapping.vectors().forEach((name, field) -> vectors.add(vector(name, field, columns)));
    Columns.require(mapping, columns);
    vectors.forEach(vector -> notPayload.addAll(vector.columns()));
    mapping.vectors().values().forEach(field -> notPayload.add(Columns.head(field)));
    if (mapping.id() != null) {
      notPayload.add(mapping.id());
    }
    if (mapping.tenant() != null) {
      notPayload.add(mapping.tenant());
    }
  }

  private VectorColumns vector(String name, String field, List<String> columns) {
    var type = destination.vectors().get(name);
    if (type == null) {
      throw new UsageException("--vector: collection '" + destination.collection()
          + "' has no vector '" + name + "'; it has " + Columns.vectorNames(destination));
    }
    List<String> each = Columns.ofVector(field, columns);
    return new VectorColumns(name, field, each, new VectorReader(name, type, field));
  }

  /**
   * The point of a row.
   *
   * @throws RowException if the row cannot be loaded, with the field, its value and what is allowed
   */
  public LoadPoint point(Row row) throws RowException {
    Map<String, PointVector> read = new TreeMap<>();
    int bytes = 0;
    for (VectorColumns vector : vectors) {
      PointVector value = vector.field().endsWith(Columns.ALL)
          ? vector
              .reader()
              .read(
                  row.number(),
                  vector.columns().stream().map(row.fields()::get).toList(),
                  vector.columns())
          : vector.reader().read(row.number(), Fields.get(row.fields(), vector.field()));
      read.put(vector.name(), value);
      bytes += size(value);
    }
    Map<String, @Nullable Object> payload = payload(row);
    TenantId tenant = tenants.tenant(row, payload);
    payload = tenants.withTenant(row, payload, tenant);
    bytes += PayloadCheck.check(row.number(), payload);
    PointId id = id(row, tenant, payload, read);
    return new LoadPoint(row.number(), tenant, new Point(id, nonNull(payload), read), bytes);
  }

  // A payload may have null values, which the type of Point does not say.
  @SuppressWarnings({"unchecked", "NullAway"})
  private static Map<String, Object> nonNull(Map<String, @Nullable Object> payload) {
    return (Map<String, Object>) (Map<String, ?>) payload;
  }

  private static int size(PointVector vector) {
    return switch (vector) {
      case PointVector.Dense dense -> dense.values().length * Float.BYTES;
      case PointVector.Sparse sparse -> sparse.values().length * (Float.BYTES + Integer.BYTES);
      case PointVector.MultiDense multi ->
        multi.rows().length * multi.rows()[0].length * Float.BYTES;
    };
  }

  private Map<String, @Nullable Object> payload(Row row) throws RowException {
    if (mapping.payloadObject() != null) {
      Object object = Fields.get(row.fields(), mapping.payloadObject());
      if (object == null) {
        return new LinkedHashMap<>();
      }
      if (!(object instanceof Map<?, ?> members)) {
        throw new RowException(row.number(), mapping.payloadObject(), object, "an object");
      }
      Map<String, @Nullable Object> payload = new LinkedHashMap<>();
      members.forEach((name, value) -> payload.put(String.valueOf(name), value));
      return payload;
    }
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    row.fields().forEach((name, value) -> {
      boolean wanted = mapping.payload().isEmpty()
          ? !notPayload.contains(name)
          : mapping.payload().contains(name);
      if (wanted) {
        payload.put(name, value);
      }
    });
    return payload;
  }

  private PointId id(
      Row row,
      TenantId tenant,
      Map<String, @Nullable Object> payload,
      Map<String, PointVector> read)
      throws RowException {
    if (mapping.id() != null) {
      return given(row, mapping.id(), Fields.get(row.fields(), mapping.id()));
    }
    ValueDigest digest = new ValueDigest().add(ID_VERSION).add(tenant.payload());
    if (mapping.idFrom().isEmpty()) {
      return PointId.of(digest.add("content").add(payload).add(read).uuid());
    }
    for (String field : mapping.idFrom()) {
      Object value = Fields.get(row.fields(), field);
      if (value == null) {
        throw new RowException(
            row.number(), field, "missing", "a value, of which the id is derived");
      }
      digest.add(field).add(value);
    }
    return PointId.of(digest.uuid());
  }

  private static PointId given(Row row, String field, @Nullable Object value) throws RowException {
    String text = value instanceof Long || value instanceof BigInteger || value instanceof String
        ? value.toString()
        : "";
    if (text.matches("[0-9]{1,20}")) {
      BigInteger number = new BigInteger(text);
      if (number.compareTo(MAX_UNSIGNED) <= 0) {
        return PointId.of(number.longValue());
      }
    }
    if (text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
      return PointId.of(UUID.fromString(text));
    }
    throw new RowException(
        row.number(),
        field,
        value == null ? "missing" : value,
        "an integer from 0 to " + MAX_UNSIGNED + " or a UUID");
  }
}
