package io.tierkeeper.qdrant.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.Collections.QuantizationConfigDiff;
import io.qdrant.client.grpc.JsonWithInt.NullValue;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.settings.CollectionSettings;
import io.tierkeeper.qdrant.settings.CollectionSettings.DenseVector;
import io.tierkeeper.qdrant.settings.CollectionSettings.SparseVector;
import io.tierkeeper.qdrant.settings.Datatype;
import io.tierkeeper.qdrant.settings.Distance;
import io.tierkeeper.qdrant.settings.IndexType;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import io.tierkeeper.qdrant.settings.Quantization.Compression;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Converts the settings of a collection: those to create it with, and those that the server shows. */
final class SettingsMapper {
  private SettingsMapper() {}

  // ---- to the server

  static Collections.CreateCollection toWire(CollectionTemplate template, long timeoutSeconds) {
    CollectionSettings settings = template.settings();
    Collections.CreateCollection.Builder wire = set(
            Collections.CreateCollection.newBuilder(), settings.params())
        .setCollectionName(template.name())
        .setShardingMethod(Collections.ShardingMethod.Custom)
        .setShardNumber(1)
        .setVectorsConfig(vectors(settings))
        .setSparseVectorsConfig(sparseVectors(settings))
        .setTimeout(timeoutSeconds);
    if (!settings.hnsw().values().isEmpty()) {
      wire.setHnswConfig(set(Collections.HnswConfigDiff.newBuilder(), settings.hnsw()));
    }
    if (!settings.optimizers().values().isEmpty()) {
      wire.setOptimizersConfig(
          set(Collections.OptimizersConfigDiff.newBuilder(), settings.optimizers()));
    }
    if (!settings.strictMode().values().isEmpty()) {
      wire.setStrictModeConfig(
          set(Collections.StrictModeConfig.newBuilder(), settings.strictMode()));
    }
    if (!(settings.quantization() instanceof Quantization.None)) {
      wire.setQuantizationConfig(config(settings.quantization()));
    }
    template
        .metadata()
        .forEach((name, text) ->
            wire.putMetadata(name, Value.newBuilder().setStringValue(text).build()));
    return wire.build();
  }

  /** Null removes a text. */
  static Collections.UpdateCollection change(
      String collection, Map<String, ? extends @Nullable String> texts) {
    Collections.UpdateCollection.Builder wire =
        Collections.UpdateCollection.newBuilder().setCollectionName(collection);
    texts.forEach((name, text) -> wire.putMetadata(
        name,
        text == null
            ? Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build()
            : Value.newBuilder().setStringValue(text).build()));
    return wire.build();
  }

  static Collections.UpdateCollection change(
      String collection, Quantization ofCollection, Map<String, Quantization> ofVectors) {
    Collections.UpdateCollection.Builder wire = Collections.UpdateCollection.newBuilder()
        .setCollectionName(collection)
        .setQuantizationConfig(diff(ofCollection));
    if (!ofVectors.isEmpty()) {
      Collections.VectorParamsDiffMap.Builder vectors =
          Collections.VectorParamsDiffMap.newBuilder();
      ofVectors.forEach((name, quantization) -> vectors.putMap(
          name,
          Collections.VectorParamsDiff.newBuilder()
              .setQuantizationConfig(diff(quantization))
              .build()));
      wire.setVectorsConfig(Collections.VectorsConfigDiff.newBuilder().setParamsMap(vectors));
    }
    return wire.build();
  }

  static Points.FieldType toWire(IndexType type) {
    return switch (type) {
      case KEYWORD -> Points.FieldType.FieldTypeKeyword;
      case INTEGER -> Points.FieldType.FieldTypeInteger;
      case FLOAT -> Points.FieldType.FieldTypeFloat;
      case BOOL -> Points.FieldType.FieldTypeBool;
      case GEO -> Points.FieldType.FieldTypeGeo;
      case DATETIME -> Points.FieldType.FieldTypeDatetime;
      case TEXT -> Points.FieldType.FieldTypeText;
      case UUID -> Points.FieldType.FieldTypeUuid;
    };
  }

  private static Collections.VectorsConfig vectors(CollectionSettings settings) {
    DenseVector unnamed = settings.vectors().get("");
    if (unnamed != null && settings.vectors().size() == 1) {
      return Collections.VectorsConfig.newBuilder().setParams(vector(unnamed)).build();
    }
    Collections.VectorParamsMap.Builder named = Collections.VectorParamsMap.newBuilder();
    settings.vectors().forEach((name, vector) -> named.putMap(name, vector(vector)));
    return Collections.VectorsConfig.newBuilder().setParamsMap(named).build();
  }

  private static Collections.VectorParams vector(DenseVector vector) {
    Collections.VectorParams.Builder wire = Collections.VectorParams.newBuilder()
        .setSize(vector.size())
        .setDistance(distance(vector.distance()));
    if (vector.datatype() != Datatype.FLOAT32) {
      wire.setDatatype(datatype(vector.datatype()));
    }
    if (vector.onDisk() != null) {
      wire.setOnDisk(vector.onDisk());
    }
    if (vector.multivector()) {
      wire.setMultivectorConfig(Collections.MultiVectorConfig.newBuilder()
          .setComparator(Collections.MultiVectorComparator.MaxSim));
    }
    if (!vector.hnsw().values().isEmpty()) {
      wire.setHnswConfig(set(Collections.HnswConfigDiff.newBuilder(), vector.hnsw()));
    }
    if (!(vector.quantization() instanceof Quantization.None)) {
      wire.setQuantizationConfig(config(vector.quantization()));
    }
    return wire.build();
  }

  private static Collections.SparseVectorConfig sparseVectors(CollectionSettings settings) {
    Collections.SparseVectorConfig.Builder all = Collections.SparseVectorConfig.newBuilder();
    settings.sparseVectors().forEach((name, vector) -> {
      Collections.SparseVectorParams.Builder wire = Collections.SparseVectorParams.newBuilder();
      if (vector.idf()) {
        wire.setModifier(Collections.Modifier.Idf);
      }
      if (vector.onDisk()) {
        wire.getIndexBuilder().setOnDisk(true);
      }
      if (vector.datatype() != Datatype.FLOAT32) {
        wire.getIndexBuilder().setDatatype(datatype(vector.datatype()));
      }
      all.putMap(name, wire.build());
    });
    return all.build();
  }

  private static Collections.QuantizationConfig config(Quantization quantization) {
    QuantizationConfigDiff diff = diff(quantization);
    Collections.QuantizationConfig.Builder config = Collections.QuantizationConfig.newBuilder();
    switch (diff.getQuantizationCase()) {
      case SCALAR -> config.setScalar(diff.getScalar());
      case PRODUCT -> config.setProduct(diff.getProduct());
      case BINARY -> config.setBinary(diff.getBinary());
      default -> throw new IllegalArgumentException("a collection is not created with " + diff);
    }
    return config.build();
  }

  private static QuantizationConfigDiff diff(Quantization quantization) {
    QuantizationConfigDiff.Builder diff = QuantizationConfigDiff.newBuilder();
    switch (quantization) {
      case Quantization.None none -> diff.setDisabled(Collections.Disabled.getDefaultInstance());
      case Quantization.Scalar scalar -> {
        Collections.ScalarQuantization.Builder wire =
            diff.getScalarBuilder().setType(Collections.QuantizationType.Int8);
        if (scalar.quantile() != null) {
          wire.setQuantile(scalar.quantile());
        }
        if (scalar.alwaysRam() != null) {
          wire.setAlwaysRam(scalar.alwaysRam());
        }
      }
      case Quantization.Product product -> {
        Collections.ProductQuantization.Builder wire = diff.getProductBuilder()
            .setCompression(
                switch (product.compression()) {
                  case X4 -> Collections.CompressionRatio.x4;
                  case X8 -> Collections.CompressionRatio.x8;
                  case X16 -> Collections.CompressionRatio.x16;
                  case X32 -> Collections.CompressionRatio.x32;
                  case X64 -> Collections.CompressionRatio.x64;
                });
        if (product.alwaysRam() != null) {
          wire.setAlwaysRam(product.alwaysRam());
        }
      }
      case Quantization.Binary binary -> {
        Collections.BinaryQuantization.Builder wire = diff.getBinaryBuilder();
        if (binary.alwaysRam() != null) {
          wire.setAlwaysRam(binary.alwaysRam());
        }
      }
      case Quantization.Unknown unknown ->
        throw new IllegalArgumentException("an unknown quantisation cannot be sent");
    }
    return diff.build();
  }

  private static Collections.Distance distance(Distance distance) {
    return switch (distance) {
      case COSINE -> Collections.Distance.Cosine;
      case DOT -> Collections.Distance.Dot;
      case EUCLID -> Collections.Distance.Euclid;
      case MANHATTAN -> Collections.Distance.Manhattan;
    };
  }

  private static Collections.Datatype datatype(Datatype type) {
    return switch (type) {
      case FLOAT32 -> Collections.Datatype.Float32;
      case FLOAT16 -> Collections.Datatype.Float16;
      case UINT8 -> Collections.Datatype.Uint8;
      case UNKNOWN -> throw new IllegalArgumentException("an unknown datatype cannot be sent");
    };
  }

  /** Sets the options of these names, which the message must have. */
  @SuppressWarnings("unchecked")
  private static <B extends Message.Builder> B set(B builder, Options options) {
    options.values().forEach((name, value) -> {
      FieldDescriptor field = builder.getDescriptorForType().findFieldByName(name);
      if (field == null) {
        throw new IllegalArgumentException(
            builder.getDescriptorForType().getName() + " has no option " + name);
      }
      builder.setField(
          field,
          switch (field.getJavaType()) {
            case INT -> ((Number) value).intValue();
            case FLOAT -> ((Number) value).floatValue();
            default -> value;
          });
    });
    return (B) builder;
  }

  // ---- from the server

  static CollectionSettings settings(Collections.CollectionConfig config) {
    Collections.CollectionParams params = config.getParams();
    SortedMap<String, DenseVector> dense = new TreeMap<>();
    switch (params.getVectorsConfig().getConfigCase()) {
      case PARAMS -> dense.put("", vector(params.getVectorsConfig().getParams()));
      case PARAMS_MAP ->
        params
            .getVectorsConfig()
            .getParamsMap()
            .getMapMap()
            .forEach((name, vector) -> dense.put(name, vector(vector)));
      case CONFIG_NOT_SET -> {
        // A collection of sparse vectors only.
      }
    }
    SortedMap<String, SparseVector> sparse = new TreeMap<>();
    params
        .getSparseVectorsConfig()
        .getMapMap()
        .forEach((name, vector) -> sparse.put(
            name,
            new SparseVector(
                vector.getModifier() == Collections.Modifier.Idf,
                vector.getIndex().getOnDisk(),
                datatype(vector.getIndex().getDatatype()))));
    return new CollectionSettings(
        dense,
        sparse,
        options(config.getHnswConfig()),
        quantization(config.hasQuantizationConfig(), config.getQuantizationConfig()),
        options(config.getOptimizerConfig()),
        options(params),
        options(config.getStrictModeConfig()));
  }

  /** The texts among the metadata of a collection. */
  static Map<String, String> texts(Map<String, Value> metadata) {
    Map<String, String> texts = new TreeMap<>();
    metadata.forEach((name, value) -> {
      if (value.hasStringValue()) {
        texts.put(name, value.getStringValue());
      }
    });
    return texts;
  }

  private static DenseVector vector(Collections.VectorParams wire) {
    return new DenseVector(
        wire.getSize(),
        switch (wire.getDistance()) {
          case Dot -> Distance.DOT;
          case Euclid -> Distance.EUCLID;
          case Manhattan -> Distance.MANHATTAN;
          case Cosine, UnknownDistance, UNRECOGNIZED -> Distance.COSINE;
        },
        datatype(wire.getDatatype()),
        wire.hasOnDisk() ? (Boolean) wire.getOnDisk() : null,
        wire.hasMultivectorConfig(),
        options(wire.getHnswConfig()),
        quantization(wire.hasQuantizationConfig(), wire.getQuantizationConfig()));
  }

  private static Datatype datatype(Collections.Datatype wire) {
    return switch (wire) {
      case Default, Float32 -> Datatype.FLOAT32;
      case Float16 -> Datatype.FLOAT16;
      case Uint8 -> Datatype.UINT8;
      case UNRECOGNIZED -> Datatype.UNKNOWN;
    };
  }

  private static Quantization quantization(boolean set, Collections.QuantizationConfig wire) {
    if (!set) {
      return Quantization.NONE;
    }
    return switch (wire.getQuantizationCase()) {
      case SCALAR -> {
        Collections.ScalarQuantization scalar = wire.getScalar();
        yield new Quantization.Scalar(
            scalar.hasQuantile() ? (Float) scalar.getQuantile() : null,
            scalar.hasAlwaysRam() ? (Boolean) scalar.getAlwaysRam() : null);
      }
      case PRODUCT -> {
        Collections.ProductQuantization product = wire.getProduct();
        yield new Quantization.Product(
            switch (product.getCompression()) {
              case x4 -> Compression.X4;
              case x8 -> Compression.X8;
              case x16 -> Compression.X16;
              case x32 -> Compression.X32;
              case x64, UNRECOGNIZED -> Compression.X64;
            },
            product.hasAlwaysRam() ? (Boolean) product.getAlwaysRam() : null);
      }
      case BINARY ->
        new Quantization.Binary(
            wire.getBinary().hasAlwaysRam() ? (Boolean) wire.getBinary().getAlwaysRam() : null);
      default -> new Quantization.Unknown();
    };
  }

  /** The options of a message that are set: numbers and truth values, not messages within. */
  private static Options options(Message message) {
    SortedMap<String, Object> values = new TreeMap<>();
    message.getAllFields().forEach((field, value) -> {
      switch (field.getJavaType()) {
        case INT -> values.put(field.getName(), Integer.toUnsignedLong((Integer) value));
        case FLOAT -> values.put(field.getName(), ((Float) value).doubleValue());
        case LONG, DOUBLE, BOOLEAN -> values.put(field.getName(), value);
        case STRING, BYTE_STRING, ENUM, MESSAGE -> {
          // No option of these groups.
        }
      }
    });
    return new Options(values);
  }
}
