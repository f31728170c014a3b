package io.tierkeeper.client;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.ShardKeyFactory;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One tenant of a collection: what every request of it carries, and whose points are its own. */
final class TenantScope {

  /** Names that Tierkeeper keeps for itself: working shard keys, and texts of tenants. */
  static final String RESERVED_NAME = "tierkeeper/";

  /** Payload fields that Tierkeeper keeps for itself: copy marks of moves, the text of an id. */
  static final String RESERVED_FIELD = "tierkeeper_";

  /** Holds the text of a {@link PointId.Text}. */
  static final String TEXT_ID = RESERVED_FIELD + "id";

  /** The longest name of a shard key in bytes; a longer tenant could never have a dedicated one. */
  private static final int MAX_TENANT_BYTES = 255;

  private final String collection;
  private final String name;
  private final String kind;
  private final String[] field;
  private final Value value;
  private final Condition condition;
  private final ShardKeySelector selector;

  private TenantScope(
      ClientConfig config,
      String name,
      String kind,
      Value value,
      Condition condition,
      ShardKey key) {
    this.collection = config.collection();
    this.name = name;
    this.kind = kind;
    this.field = config.tenantField().split("\\.");
    this.value = value;
    this.condition = condition;
    this.selector = ShardKeySelector.newBuilder()
        .addShardKeys(key)
        .setFallback(ShardKeyFactory.shardKey(config.fallbackShardKey()))
        .build();
  }

  /** @throws TenantClientException.InvalidRequest if no tenant can have this value */
  static TenantScope of(ClientConfig config, String tenant) {
    if (tenant.isEmpty()) {
      throw new TenantClientException.InvalidRequest("the tenant is empty", null);
    }
    if (tenant.startsWith(RESERVED_NAME)) {
      throw new TenantClientException.InvalidRequest(
          "tenant " + tenant + " begins with " + RESERVED_NAME + ", which is reserved", null);
    }
    int bytes = Texts.utf8("the tenant", tenant).length;
    if (bytes > MAX_TENANT_BYTES) {
      throw new TenantClientException.InvalidRequest(
          "the tenant has " + bytes + " bytes, allowed: at most " + MAX_TENANT_BYTES, null);
    }
    return new TenantScope(
        config,
        tenant,
        "keyword",
        Values.text(tenant),
        ConditionFactory.matchKeyword(config.tenantField(), tenant),
        ShardKeyFactory.shardKey(tenant));
  }

  /** @throws TenantClientException.InvalidRequest if the number is negative */
  static TenantScope of(ClientConfig config, long tenant) {
    if (tenant < 0) {
      throw new TenantClientException.InvalidRequest(
          "tenant " + tenant + " is negative; shard keys are unsigned", null);
    }
    return new TenantScope(
        config,
        Long.toString(tenant),
        "integer",
        Values.number(tenant),
        ConditionFactory.match(config.tenantField(), tenant),
        ShardKeyFactory.shardKey(tenant));
  }

  String collection() {
    return collection;
  }

  /** For messages. */
  String name() {
    return name;
  }

  /** The dedicated key if it serves the tenant, else the fallback. */
  ShardKeySelector selector() {
    return selector;
  }

  /** The tenant's points. */
  Filter filter() {
    return Filter.newBuilder().addMust(condition).build();
  }

  /** The tenant's points that match; whatever the filter says, it only narrows. */
  Filter filter(@Nullable Filter narrower) {
    Filter.Builder filter = Filter.newBuilder().addMust(condition);
    if (narrower != null && !narrower.equals(Filter.getDefaultInstance())) {
      filter.addMust(ConditionFactory.filter(narrower));
    }
    return filter.build();
  }

  /** The tenant's points of these ids. */
  Filter filter(Collection<? extends PointId> ids) {
    HasIdCondition.Builder has = HasIdCondition.newBuilder();
    ids.forEach(id -> has.addHasId(id(id)));
    return Filter.newBuilder()
        .addMust(condition)
        .addMust(Condition.newBuilder().setHasId(has))
        .build();
  }

  // ---- ids

  io.qdrant.client.grpc.Common.PointId id(PointId id) {
    io.qdrant.client.grpc.Common.PointId.Builder stored =
        io.qdrant.client.grpc.Common.PointId.newBuilder();
    if (id instanceof PointId.Number number) {
      return stored.setNum(number.value()).build();
    }
    UUID uuid = id instanceof PointId.Text text ? uuid(text.value()) : ((PointId.Uuid) id).value();
    return stored.setUuid(uuid.toString()).build();
  }

  /** Two tenants may use the same text, so it is hashed with the tenant. */
  private UUID uuid(String text) {
    return Texts.digest(
        "text-id".getBytes(StandardCharsets.UTF_8),
        kind.getBytes(StandardCharsets.UTF_8),
        Texts.utf8("the tenant", name),
        Texts.utf8("the text of a point id", text));
  }

  /** The id as the application gave it, where the payload has its text. */
  PointId plain(io.qdrant.client.grpc.Common.PointId id, Map<String, Value> payload) {
    if (id.hasNum()) {
      return PointId.of(id.getNum());
    }
    UUID uuid = UUID.fromString(id.getUuid());
    String text = payload.getOrDefault(TEXT_ID, Value.getDefaultInstance()).getStringValue();
    return !text.isEmpty() && uuid(text).equals(uuid) ? PointId.of(text) : PointId.of(uuid);
  }

  // ---- payloads

  /**
   * A payload to write: with the tenant and the text of the id.
   *
   * @throws TenantClientException.InvalidRequest if the payload has a reserved field or the tenant's
   */
  Map<String, Value> stored(PointId id, Map<String, ?> payload) {
    Map<String, Value> stored = Values.of(payload);
    Value beside = field.length > 1 ? stored.remove(field[0]) : null;
    requireOwnFields(stored.keySet());
    stored.put(field[0], withTenant(beside, 1));
    if (id instanceof PointId.Text text) {
      stored.put(TEXT_ID, Values.text(text.value()));
    }
    return stored;
  }

  /** The tenant's value, beside the other members of a nested field. */
  private Value withTenant(@Nullable Value beside, int depth) {
    if (depth == field.length && beside == null) {
      return value;
    }
    if (depth == field.length || (beside != null && !beside.hasStructValue())) {
      throw new TenantClientException.InvalidRequest(
          "payload field " + String.join(".", List.of(field).subList(0, depth))
              + " holds the tenant; the client writes it",
          null);
    }
    Struct.Builder members =
        beside == null ? Struct.newBuilder() : beside.getStructValue().toBuilder();
    Value inner = members.getFieldsMap().get(field[depth]);
    return Value.newBuilder()
        .setStructValue(members.putFields(field[depth], withTenant(inner, depth + 1)))
        .build();
  }

  /** @throws TenantClientException.InvalidRequest if one of the fields, or what it is a path into, is not the application's */
  void requireOwnFields(Collection<String> fields) {
    for (String each : fields) {
      String top = each.split("[.\\[]", 2)[0].replace("\"", "");
      if (top.equals(field[0]) || each.equals(field[0])) {
        throw new TenantClientException.InvalidRequest(
            "payload field " + each + " holds the tenant; the client writes it", null);
      }
      if (top.startsWith(RESERVED_FIELD)) {
        throw new TenantClientException.InvalidRequest(
            "payload field " + each + " begins with " + RESERVED_FIELD + ", which is reserved",
            null);
      }
    }
  }

  /** A payload as the application gave it: without the tenant and without what Tierkeeper added. */
  Map<String, @Nullable Object> plain(Map<String, Value> payload) {
    Map<String, Value> own = new LinkedHashMap<>(payload);
    own.keySet().removeIf(key -> key.startsWith(RESERVED_FIELD));
    removeTenant(own, 0);
    return Values.plain(own);
  }

  private void removeTenant(Map<String, Value> fields, int depth) {
    Value found = fields.get(field[depth]);
    if (found == null) {
      return;
    }
    if (depth == field.length - 1) {
      fields.remove(field[depth]);
      return;
    }
    Map<String, Value> members = new LinkedHashMap<>(found.getStructValue().getFieldsMap());
    removeTenant(members, depth + 1);
    if (members.isEmpty()) {
      fields.remove(field[depth]);
    } else {
      fields.put(
          field[depth],
          Value.newBuilder()
              .setStructValue(Struct.newBuilder().putAllFields(members))
              .build());
    }
  }

  /** The fields that a read needs in addition to those that were asked for. */
  static List<String> neededFields() {
    return List.of(TEXT_ID);
  }
}
