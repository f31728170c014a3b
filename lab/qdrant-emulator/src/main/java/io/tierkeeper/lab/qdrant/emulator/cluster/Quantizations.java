package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.QuantizationConfig;
import io.qdrant.client.grpc.Collections.QuantizationConfigDiff;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsDiff;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import org.jspecify.annotations.Nullable;

/** Changes how the vectors of a collection are quantised. */
final class Quantizations {

  private Quantizations() {}

  static void apply(UpdateCollection change, CreateCollection.Builder config) {
    if (change.hasQuantizationConfig()) {
      QuantizationConfig changed = changed(change.getQuantizationConfig());
      if (changed == null) {
        config.clearQuantizationConfig();
      } else {
        config.setQuantizationConfig(changed);
      }
    }
    switch (change.getVectorsConfig().getConfigCase()) {
      case PARAMS -> vector("", change.getVectorsConfig().getParams(), config);
      case PARAMS_MAP ->
        change
            .getVectorsConfig()
            .getParamsMap()
            .getMapMap()
            .forEach((name, diff) -> vector(name, diff, config));
      case CONFIG_NOT_SET -> {
        // The vectors stay as they are.
      }
    }
  }

  private static void vector(String name, VectorParamsDiff diff, CreateCollection.Builder config) {
    VectorParams.Builder vector;
    if (name.isEmpty() && config.getVectorsConfig().hasParams()) {
      vector = config.getVectorsConfigBuilder().getParamsBuilder();
    } else if (config.getVectorsConfig().getParamsMap().containsMap(name)) {
      vector = config.getVectorsConfigBuilder().getParamsMapBuilder().putMapBuilderIfAbsent(name);
    } else {
      throw QdrantError.badInput("Not existing vector name error: " + name);
    }
    if (diff.hasHnswConfig()) {
      vector.mergeHnswConfig(diff.getHnswConfig());
    }
    if (diff.hasQuantizationConfig()) {
      QuantizationConfig changed = changed(diff.getQuantizationConfig());
      if (changed == null) {
        vector.clearQuantizationConfig();
      } else {
        vector.setQuantizationConfig(changed);
      }
    }
  }

  private static @Nullable QuantizationConfig changed(QuantizationConfigDiff diff) {
    QuantizationConfig.Builder changed = QuantizationConfig.newBuilder();
    return switch (diff.getQuantizationCase()) {
      case DISABLED, QUANTIZATION_NOT_SET -> null;
      case SCALAR -> changed.setScalar(diff.getScalar()).build();
      case PRODUCT -> changed.setProduct(diff.getProduct()).build();
      case BINARY -> changed.setBinary(diff.getBinary()).build();
      default -> throw QdrantError.unimplemented("quantisation " + diff.getQuantizationCase());
    };
  }
}
