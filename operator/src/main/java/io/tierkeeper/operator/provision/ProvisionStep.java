package io.tierkeeper.operator.provision;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.settings.CollectionSettings;
import io.tierkeeper.qdrant.settings.IndexType;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import java.util.Locale;
import java.util.Map;

/** One call that creates or changes a collection. */
public sealed interface ProvisionStep {

  /** Its name in the audit trail. */
  default String action() {
    return getClass().getSimpleName();
  }

  /** Sends the call. */
  void send(QdrantWrites port, String collection);

  /** What is created or changed, for the audit trail. */
  ObjectNode request();

  /** Creates the collection, without any shard key. */
  record CreateCollection(CollectionTemplate template) implements ProvisionStep {
    @Override
    public void send(QdrantWrites port, String collection) {
      port.createCollection(template);
    }

    @Override
    public ObjectNode request() {
      CollectionSettings settings = template.settings();
      ObjectNode request = JsonNodeFactory.instance.objectNode();
      ObjectNode vectors = request.putObject("vectors");
      settings.vectors().forEach((name, vector) -> {
        ObjectNode json = vectors
            .putObject(name)
            .put("size", vector.size())
            .put("distance", word(vector.distance()))
            .put("datatype", word(vector.datatype()))
            .put("multivector", vector.multivector())
            .put("on_disk", vector.onDisk());
        options(json, "hnsw_config", vector.hnsw());
        json.put("quantization", vector.quantization().toString());
      });
      ObjectNode sparse = request.putObject("sparse_vectors");
      settings
          .sparseVectors()
          .forEach((name, vector) -> sparse
              .putObject(name)
              .put("idf", vector.idf())
              .put("on_disk", vector.onDisk())
              .put("datatype", word(vector.datatype())));
      options(request, "params", settings.params());
      options(request, "hnsw_config", settings.hnsw());
      options(request, "optimizers_config", settings.optimizers());
      options(request, "strict_mode_config", settings.strictMode());
      return request
          .put("quantization", settings.quantization().toString())
          .put("sharding_method", "custom");
    }

    private static void options(ObjectNode json, String name, Options options) {
      ObjectNode values = json.putObject(name);
      options.values().forEach((option, value) -> {
        switch (value) {
          case Boolean truth -> values.put(option, truth);
          case Long number -> values.put(option, number);
          default -> values.put(option, value.toString());
        }
      });
    }

    private static String word(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Creates the index on the tenant field. */
  record CreateTenantIndex(String field, TenantIndex type) implements ProvisionStep {
    @Override
    public String action() {
      return "CreatePayloadIndex";
    }

    @Override
    public void send(QdrantWrites port, String collection) {
      port.createTenantIndex(collection, field, type);
    }

    @Override
    public ObjectNode request() {
      ObjectNode request = JsonNodeFactory.instance
          .objectNode()
          .put("field_name", field)
          .put("type", type.name().toLowerCase(Locale.ROOT));
      return type == TenantIndex.INTEGER
          ? request.put("lookup", true).put("range", false)
          : request.put("is_tenant", true);
    }
  }

  /** Creates another payload index. */
  record CreatePayloadIndex(String field, IndexType type) implements ProvisionStep {
    @Override
    public void send(QdrantWrites port, String collection) {
      port.createPayloadIndex(collection, field, type);
    }

    @Override
    public ObjectNode request() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("field_name", field)
          .put("type", type.word());
    }
  }

  /** Creates the fallback shard key. */
  record CreateShardKey(ShardKey key, int replicas) implements ProvisionStep {
    @Override
    public void send(QdrantWrites port, String collection) {
      port.createShardKey(collection, key, replicas);
    }

    @Override
    public ObjectNode request() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("shard_key", key.toString())
          .put("shards_number", 1)
          .put("replication_factor", replicas);
    }
  }

  /** Changes how vectors are quantised. */
  record ChangeQuantization(Quantization ofCollection, Map<String, Quantization> ofVectors)
      implements ProvisionStep {
    @Override
    public void send(QdrantWrites port, String collection) {
      port.changeQuantization(collection, ofCollection, ofVectors);
    }

    @Override
    public ObjectNode request() {
      ObjectNode request =
          JsonNodeFactory.instance.objectNode().put("quantization", ofCollection.toString());
      ObjectNode vectors = request.putObject("vectors");
      ofVectors.forEach((name, quantization) -> vectors.put(name, quantization.toString()));
      return request;
    }
  }
}
