package io.tierkeeper.operator.provision;

import io.tierkeeper.api.v1alpha1.ProvisionSpec;
import io.tierkeeper.api.v1alpha1.ProvisionSpec.Apply;
import io.tierkeeper.api.v1alpha1.ProvisionSpec.Profile;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.settings.CollectionSettings;
import io.tierkeeper.qdrant.settings.CollectionSettings.DenseVector;
import io.tierkeeper.qdrant.settings.CollectionSettings.SparseVector;
import io.tierkeeper.qdrant.settings.Datatype;
import io.tierkeeper.qdrant.settings.Distance;
import io.tierkeeper.qdrant.settings.IndexType;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import io.tierkeeper.qdrant.settings.Quantization.Compression;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A collection as {@code spec.provision} wants it, with the values of the profile.
 *
 * @param tenantIndex type of the index on the tenant field
 * @param payloadIndexes further indexes by field
 * @param replicas of the fallback
 * @param expectedPoints for which memory is estimated
 */
public record ProvisionPlan(
    String collection,
    String tenantKey,
    ShardKey fallback,
    Profile profile,
    Apply apply,
    TenantIndex tenantIndex,
    SortedMap<String, IndexType> payloadIndexes,
    int replicas,
    long expectedPoints,
    CollectionSettings settings) {

  private static final long EXPECTED_POINTS = 1_000_000;

  public ProvisionPlan {
    payloadIndexes = Collections.unmodifiableSortedMap(new TreeMap<>(payloadIndexes));
  }

  /**
   * The plan of a spec that has {@code provision}.
   *
   * @throws IllegalArgumentException for a value that was stored without the schema's checks; the message has the field
   */
  public static ProvisionPlan of(TieredCollectionSpec spec) {
    ProvisionSpec wanted = Objects.requireNonNull(spec.provision());
    Profile profile = Objects.requireNonNullElse(wanted.profile(), Profile.MultiTenant);
    int replicas = Objects.requireNonNullElse(wanted.replicationFactor(), 1);
    return new ProvisionPlan(
        Objects.requireNonNull(spec.collection()),
        Objects.requireNonNull(spec.tenantKey()),
        ShardKey.of(Objects.requireNonNull(spec.fallbackShardKey())),
        profile,
        Objects.requireNonNullElse(wanted.apply(), Apply.None),
        switch (Objects.requireNonNullElse(
            wanted.tenantIndex(), ProvisionSpec.TenantIndex.Keyword)) {
          case Keyword -> TenantIndex.KEYWORD;
          case Uuid -> TenantIndex.UUID;
          case Integer -> TenantIndex.INTEGER;
        },
        indexes(wanted),
        replicas,
        Objects.requireNonNullElse(wanted.expectedPoints(), EXPECTED_POINTS),
        settings(wanted, Profiles.of(profile), replicas));
  }

  private static SortedMap<String, IndexType> indexes(ProvisionSpec wanted) {
    SortedMap<String, IndexType> indexes = new TreeMap<>();
    if (wanted.payloadIndexes() != null) {
      wanted
          .payloadIndexes()
          .forEach(index -> indexes.put(
              Objects.requireNonNull(index.field()),
              constant(IndexType.class, Objects.requireNonNull(index.type()))));
    }
    if (wanted.strictMode() != null
        && Boolean.FALSE.equals(wanted.strictMode().unindexedFilteringRetrieve())) {
      indexes.put(CopyMark.MOVE_FIELD, IndexType.KEYWORD);
    }
    return indexes;
  }

  private static CollectionSettings settings(ProvisionSpec wanted, Profiles profile, int replicas) {
    Options hnsw = hnsw(wanted.hnsw()).over(profile.hnsw());
    Quantization common = quantization(wanted.quantization(), profile.quantization());
    Map<String, ProvisionSpec.Vector> vectors = vectors(wanted);
    Map<String, Quantization> quantizations = new LinkedHashMap<>();
    vectors.forEach((name, vector) -> quantizations.put(
        name,
        vector.quantization() == null
            ? common
            : quantization(vector.quantization(), profile.quantization())));
    // Qdrant cannot exempt a vector from the quantisation of the collection: where vectors differ,
    // each has its own.
    Set<Quantization> different = new HashSet<>(quantizations.values());
    boolean uniform = different.size() <= 1;
    SortedMap<String, DenseVector> dense = new TreeMap<>();
    vectors.forEach((name, vector) -> dense.put(
        name,
        new DenseVector(
            required("vectors[].size", vector.size()),
            constant(
                Distance.class,
                Objects.requireNonNullElse(vector.distance(), ProvisionSpec.Distance.Cosine)),
            datatype(vector.datatype()),
            Boolean.TRUE.equals(vector.onDisk()),
            Boolean.TRUE.equals(vector.multivector()),
            hnsw(vector.hnsw()).over(hnsw),
            uniform ? Quantization.NONE : Objects.requireNonNull(quantizations.get(name)))));
    SortedMap<String, SparseVector> sparse = new TreeMap<>();
    if (wanted.sparseVectors() != null) {
      wanted
          .sparseVectors()
          .forEach(vector -> sparse.put(
              Objects.requireNonNull(vector.name()),
              new SparseVector(
                  vector.modifier() == ProvisionSpec.Modifier.Idf,
                  Boolean.TRUE.equals(vector.onDisk()),
                  datatype(vector.datatype()))));
    }
    Map<String, Object> params = new TreeMap<>();
    params.put("replication_factor", replicas);
    params.put(
        "write_consistency_factor", Objects.requireNonNullElse(wanted.writeConsistencyFactor(), 1));
    params.put("on_disk_payload", !Boolean.FALSE.equals(wanted.onDiskPayload()));
    return new CollectionSettings(
        dense,
        sparse,
        hnsw,
        uniform && !different.isEmpty() ? different.iterator().next() : Quantization.NONE,
        optimizers(wanted.optimizers()).over(profile.optimizers()),
        Options.of(params),
        strictMode(wanted.strictMode()));
  }

  /** The dense vectors by name, the short form of the unnamed one included. */
  private static Map<String, ProvisionSpec.Vector> vectors(ProvisionSpec wanted) {
    Map<String, ProvisionSpec.Vector> vectors = new LinkedHashMap<>();
    if (wanted.vectorSize() != null) {
      vectors.put(
          "",
          new ProvisionSpec.Vector(
              null, wanted.vectorSize(), wanted.distance(), null, null, null, null, null));
    }
    Objects.requireNonNullElse(wanted.vectors(), List.<ProvisionSpec.Vector>of())
        .forEach(vector -> vectors.put(Objects.requireNonNullElse(vector.name(), ""), vector));
    return vectors;
  }

  private static Options hnsw(ProvisionSpec.@Nullable Hnsw hnsw) {
    if (hnsw == null) {
      return Options.NONE;
    }
    Map<String, @Nullable Object> options = new TreeMap<>();
    options.put("m", hnsw.m());
    options.put("payload_m", hnsw.payloadM());
    options.put("ef_construct", hnsw.efConstruct());
    options.put("full_scan_threshold", hnsw.fullScanThreshold());
    options.put("on_disk", hnsw.onDisk());
    return Options.of(options);
  }

  private static Options optimizers(ProvisionSpec.@Nullable Optimizers optimizers) {
    if (optimizers == null) {
      return Options.NONE;
    }
    Map<String, @Nullable Object> options = new TreeMap<>();
    options.put("default_segment_number", optimizers.defaultSegmentNumber());
    options.put("max_segment_size", optimizers.maxSegmentSize());
    options.put("memmap_threshold", optimizers.memmapThreshold());
    options.put("indexing_threshold", optimizers.indexingThreshold());
    return Options.of(options);
  }

  private static Options strictMode(ProvisionSpec.@Nullable StrictMode mode) {
    if (mode == null) {
      return Options.NONE;
    }
    Map<String, @Nullable Object> options = new TreeMap<>();
    options.put("enabled", !Boolean.FALSE.equals(mode.enabled()));
    options.put("max_query_limit", mode.maxQueryLimit());
    options.put("max_timeout", mode.maxTimeout());
    options.put("unindexed_filtering_retrieve", mode.unindexedFilteringRetrieve());
    options.put("search_max_hnsw_ef", mode.searchMaxHnswEf());
    options.put("upsert_max_batchsize", mode.upsertMaxBatchsize());
    options.put("filter_max_conditions", mode.filterMaxConditions());
    options.put("condition_max_size", mode.conditionMaxSize());
    options.put("read_rate_limit", mode.readRateLimit());
    options.put("write_rate_limit", mode.writeRateLimit());
    options.put("max_points_count", mode.maxPointsCount());
    options.put("max_collection_vector_size_bytes", mode.maxCollectionVectorSizeBytes());
    options.put("max_collection_payload_size_bytes", mode.maxCollectionPayloadSizeBytes());
    options.put("max_payload_index_count", mode.maxPayloadIndexCount());
    return Options.of(options);
  }

  private static Quantization quantization(
      ProvisionSpec.@Nullable Quantization wanted, Quantization profile) {
    if (wanted == null) {
      return profile;
    }
    return switch (Objects.requireNonNullElse(
        wanted.type(), ProvisionSpec.QuantizationType.Scalar)) {
      case None -> Quantization.NONE;
      case Product ->
        new Quantization.Product(
            constant(Compression.class, required("quantization.compression", wanted.compression())),
            wanted.alwaysRam());
      case Binary -> new Quantization.Binary(wanted.alwaysRam());
      case Scalar -> {
        @Nullable
        Float quantile = wanted.quantile() == null ? null : Float.valueOf(wanted.quantile());
        yield profile instanceof Quantization.Scalar scalar
            ? new Quantization.Scalar(
                quantile == null ? scalar.quantile() : quantile,
                wanted.alwaysRam() == null ? scalar.alwaysRam() : wanted.alwaysRam())
            : new Quantization.Scalar(quantile, wanted.alwaysRam());
      }
    };
  }

  private static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(field + ": is absent, or has a value that is not known");
    }
    return value;
  }

  private static Datatype datatype(ProvisionSpec.@Nullable Datatype type) {
    return type == null ? Datatype.FLOAT32 : constant(Datatype.class, type);
  }

  /** The constant of the port for one of the API, which differ in their case only. */
  private static <E extends Enum<E>> E constant(Class<E> type, Enum<?> of) {
    return Enum.valueOf(type, of.name().toUpperCase(Locale.ROOT));
  }
}
