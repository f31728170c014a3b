package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a collection that the operator creates. No field has a default in the schema: an omitted one means that of the
 * profile, and an object that is not there must stay away.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "has(self.vectorSize) ? !has(self.vectors) : has(self.vectors) || has(self.sparseVectors)",
    message =
        "provision needs vectorSize for one vector without a name, or vectors, or only sparseVectors; vectorSize and vectors exclude each other")
@ValidationRule(
    value = "has(self.vectorSize) || !has(self.distance)",
    message = "provision.distance belongs to vectorSize; each of vectors has a distance of its own",
    fieldPath = ".distance")
@ValidationRule(
    value =
        "!has(self.vectors) || size(self.vectors) == 1 || self.vectors.all(v, has(v.name) && self.vectors.exists_one(w, has(w.name) && w.name == v.name))",
    message = "provision.vectors: each of several vectors needs a name of its own",
    fieldPath = ".vectors")
@ValidationRule(
    value =
        "!has(self.vectors) || !has(self.sparseVectors) || self.sparseVectors.all(s, !self.vectors.exists(v, has(v.name) && v.name == s.name))",
    message = "provision.sparseVectors: a name is already used in vectors",
    fieldPath = ".sparseVectors")
@ValidationRule(
    value =
        "!has(self.writeConsistencyFactor) || self.writeConsistencyFactor <= (has(self.replicationFactor) ? self.replicationFactor : 1)",
    message =
        "provision.writeConsistencyFactor must be at most provision.replicationFactor, which is 1 if it is omitted",
    fieldPath = ".writeConsistencyFactor")
public record ProvisionSpec(
    @JsonPropertyDescription(
        "Set of defaults for the other fields: MultiTenant (the default: a graph for each tenant, none over all) or HighThroughput (one dense graph, INT8 quantisation, few large segments).")
    @Nullable
    Profile profile,

    @JsonPropertyDescription(
        "What the operator may change in a collection that exists: None (the default), Additive (create missing payload indexes) or Quantize (switch quantisation on, off or over).")
    @Nullable
    Apply apply,

    @JsonPropertyDescription(
        "Number of dimensions of the only vector, which has no name. Collections with named vectors, or with other options of the vector, have vectors instead.")
    @Min(1)
    @Max(65536)
    @Nullable
    Integer vectorSize,

    @JsonPropertyDescription("Distance function of the vector of vectorSize; omitted means Cosine.")
    @Nullable
    Distance distance,

    @JsonPropertyDescription(
        "Dense vectors. Without a name the only vector of the points; with names several.")
    @Size(min = 1, max = 16)
    @Nullable
    List<Vector> vectors,

    @JsonPropertyDescription("Sparse vectors.") @Size(min = 1, max = 16) @Nullable
    List<SparseVector> sparseVectors,

    @JsonPropertyDescription(
        "Type of the payload index on tenantKey: Keyword (the default) or Uuid, both with is_tenant, or Integer with lookup and without range.")
    @Nullable
    TenantIndex tenantIndex,

    @JsonPropertyDescription(
        "HNSW graph settings of all dense vectors; an omitted field means that of the profile.")
    @Nullable
    Hnsw hnsw,

    @JsonPropertyDescription(
        "Quantisation of all dense vectors; omitted means that of the profile.")
    @Nullable
    Quantization quantization,

    @JsonPropertyDescription(
        "Settings of the segment optimisers; an omitted field means that of the profile.")
    @Nullable
    Optimizers optimizers,

    @JsonPropertyDescription("Payload indexes in addition to that of the tenant field.")
    @Size(max = 50)
    @Nullable
    List<PayloadIndex> payloadIndexes,

    @JsonPropertyDescription("Replicas of the fallback shard; omitted means 1.")
    @Min(1)
    @Max(64)
    @Nullable
    Integer replicationFactor,

    @JsonPropertyDescription(
        "Replicas that must apply a write before it is acknowledged; omitted means 1. At most replicationFactor.")
    @Min(1)
    @Max(64)
    @Nullable
    Integer writeConsistencyFactor,

    @JsonPropertyDescription("Whether payloads are on disk; omitted means true.") @Nullable
    Boolean onDiskPayload,

    @JsonPropertyDescription(
        "Strict mode; omitted leaves it as Qdrant is configured. Its limits leave room for the calls of Tierkeeper.")
    @Nullable
    StrictMode strictMode,

    @JsonPropertyDescription(
        "Number of points for which the condition Provisioned states the memory; omitted means 1000000.")
    @Min(1)
    @Max(1000000000000L)
    @Nullable
    Long expectedPoints) {

  /** A named set of collection settings. */
  public enum Profile {
    MultiTenant,
    HighThroughput
  }

  /** What may be changed in a collection that exists. */
  public enum Apply {
    None,
    Additive,
    Quantize
  }

  /** The distances that Qdrant knows. */
  public enum Distance {
    Cosine,
    Dot,
    Euclid,
    Manhattan
  }

  /** How components are stored. */
  public enum Datatype {
    Float32,
    Float16,
    Uint8
  }

  /** The types of index with which a tenant field works. */
  public enum TenantIndex {
    Keyword,
    Uuid,
    Integer
  }

  /** The payload index types that Qdrant knows. */
  public enum IndexType {
    Keyword,
    Integer,
    Float,
    Bool,
    Geo,
    Datetime,
    Text,
    Uuid
  }

  /** Kinds of quantisation. */
  public enum QuantizationType {
    None,
    Scalar,
    Product,
    Binary
  }

  /** By how much product quantisation makes a float32 vector smaller. */
  public enum Compression {
    X4,
    X8,
    X16,
    X32,
    X64
  }

  /** What Qdrant multiplies the weights of a sparse vector by. */
  public enum Modifier {
    None,
    Idf
  }

  /** One dense vector. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Vector(
      @JsonPropertyDescription("Name of the vector; omitted for the only vector of the points.")
      @Size(min = 1, max = 255)
      @Nullable
      String name,

      @JsonPropertyDescription("Number of dimensions.") @Required @Min(1) @Max(65536) @Nullable
      Integer size,

      @JsonPropertyDescription("Distance function; omitted means Cosine.") @Nullable
      Distance distance,

      @JsonPropertyDescription("How components are stored; omitted means Float32.") @Nullable
      Datatype datatype,

      @JsonPropertyDescription("Whether the original vectors are on disk; omitted means false.")
      @Nullable
      Boolean onDisk,

      @JsonPropertyDescription(
          "Whether a point has several rows of this size, which are compared by MaxSim; omitted means false.")
      @Nullable
      Boolean multivector,

      @JsonPropertyDescription(
          "HNSW graph settings of this vector; an omitted field means that of provision.hnsw.")
      @Nullable
      Hnsw hnsw,

      @JsonPropertyDescription("Quantisation of this vector; omitted means provision.quantization.")
      @Nullable
      Quantization quantization) {}

  /** One sparse vector. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SparseVector(
      @JsonPropertyDescription("Name of the vector.") @Required @Size(min = 1, max = 255) @Nullable
      String name,

      @JsonPropertyDescription(
          "Idf multiplies by the inverse document frequency; omitted means None.")
      @Nullable
      Modifier modifier,

      @JsonPropertyDescription("Whether the index is on disk; omitted means false.") @Nullable
      Boolean onDisk,

      @JsonPropertyDescription("How weights are stored in the index; omitted means Float32.")
      @Nullable
      Datatype datatype) {}

  /** Graph settings. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Hnsw(
      @JsonPropertyDescription(
          "Edges per node of the graph over all points; 0 means no such graph.")
      @Min(0)
      @Max(512)
      @Nullable
      Integer m,

      @JsonPropertyDescription("Edges per node of the graph of each tenant.")
      @Min(0)
      @Max(512)
      @Nullable
      Integer payloadM,

      @JsonPropertyDescription("Number of neighbours considered while the graph is built.")
      @Min(4)
      @Max(4096)
      @Nullable
      Integer efConstruct,

      @JsonPropertyDescription(
          "Kilobytes of vectors up to which a search reads all instead of the graph.")
      @Min(0)
      @Max(1000000000)
      @Nullable
      Long fullScanThreshold,

      @JsonPropertyDescription("Whether the graph is on disk.") @Nullable
      Boolean onDisk) {}

  /** Quantisation. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!has(self.quantile) || !has(self.type) || self.type == 'Scalar'",
      messageExpression =
          "'quantization.quantile belongs to type Scalar, and the type is ' + self.type",
      message = "quantization.quantile belongs to type Scalar",
      fieldPath = ".quantile")
  @ValidationRule(
      value = "has(self.compression) == (has(self.type) && self.type == 'Product')",
      message = "quantization.compression belongs to type Product, which needs it",
      fieldPath = ".compression")
  @ValidationRule(
      value = "!has(self.alwaysRam) || !has(self.type) || self.type != 'None'",
      message = "quantization.alwaysRam has no meaning with type None",
      fieldPath = ".alwaysRam")
  public record Quantization(
      @JsonPropertyDescription(
          "None, Scalar (INT8), Product or Binary (one bit); omitted means Scalar.")
      @Nullable
      QuantizationType type,

      @JsonPropertyDescription("Type Scalar: share of the values inside the INT8 range, 0.5 to 1.")
      @Pattern(Formats.QUANTILE)
      @Size(max = 8)
      @Nullable
      String quantile,

      @JsonPropertyDescription(
          "Type Product: bytes of a float32 vector for one byte of the quantised one.")
      @Nullable
      Compression compression,

      @JsonPropertyDescription(
          "Whether quantised vectors stay in memory wherever the original ones are.")
      @Nullable
      Boolean alwaysRam) {}

  /** Settings of the segment optimisers. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Optimizers(
      @JsonPropertyDescription(
          "Number of segments that each shard is kept at; 0 means that of the CPUs.")
      @Min(0)
      @Max(10000)
      @Nullable
      Integer defaultSegmentNumber,

      @JsonPropertyDescription("Largest segment in kilobytes.") @Min(1) @Max(1000000000) @Nullable
      Long maxSegmentSize,

      @JsonPropertyDescription(
          "Kilobytes of vectors above which a segment is on disk and mapped into memory; 0 means never.")
      @Min(0)
      @Max(1000000000)
      @Nullable
      Long memmapThreshold,

      @JsonPropertyDescription(
          "Kilobytes of vectors above which a segment gets a graph; 0 means never.")
      @Min(0)
      @Max(1000000000)
      @Nullable
      Long indexingThreshold) {}

  /** One payload index. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PayloadIndex(
      @JsonPropertyDescription("Name of the payload field.")
      @Required
      @Size(min = 1, max = 255)
      @Nullable
      String field,

      @JsonPropertyDescription("Type of the index.") @Required @Nullable
      IndexType type) {}

  /** Strict mode: limits of what clients may call. The smallest values are what Tierkeeper itself calls. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StrictMode(
      @JsonPropertyDescription("Whether the limits apply; omitted means true.") @Nullable
      Boolean enabled,

      @JsonPropertyDescription("Largest limit of a search, scroll or facet.")
      @Min(256)
      @Max(1000000000)
      @Nullable
      Long maxQueryLimit,

      @JsonPropertyDescription("Longest time-out of a call in seconds.")
      @Min(9)
      @Max(86400)
      @Nullable
      Integer maxTimeout,

      @JsonPropertyDescription(
          "Whether reads may filter by fields without an index. With false the operator also creates the index on tierkeeper_move that its moves need.")
      @Nullable
      Boolean unindexedFilteringRetrieve,

      @JsonPropertyDescription("Largest hnsw_ef of a search.") @Min(4) @Max(1000000) @Nullable
      Integer searchMaxHnswEf,

      @JsonPropertyDescription("Most points of one upsert.") @Min(256) @Max(1000000000) @Nullable
      Long upsertMaxBatchsize,

      @JsonPropertyDescription("Most conditions of one filter.") @Min(64) @Max(1000000) @Nullable
      Integer filterMaxConditions,

      @JsonPropertyDescription(
          "Most elements of one condition; at least retain.deleteBatch of the policy (default 1000).")
      @Min(256)
      @Max(1000000000)
      @Nullable
      Long conditionMaxSize,

      @JsonPropertyDescription("Most reads in a minute, for each replica.")
      @Min(6000)
      @Max(1000000000)
      @Nullable
      Long readRateLimit,

      @JsonPropertyDescription("Most writes in a minute, for each replica.")
      @Min(6000)
      @Max(1000000000)
      @Nullable
      Long writeRateLimit,

      @JsonPropertyDescription(
          "Most points of the collection; a move needs room for a second copy of its tenant.")
      @Min(1)
      @Nullable
      Long maxPointsCount,

      @JsonPropertyDescription("Most bytes of vectors of the collection, without replicas.")
      @Min(1)
      @Nullable
      Long maxCollectionVectorSizeBytes,

      @JsonPropertyDescription("Most bytes of payloads of the collection, without replicas.")
      @Min(1)
      @Nullable
      Long maxCollectionPayloadSizeBytes,

      @JsonPropertyDescription("Most payload indexes of the collection.")
      @Min(1)
      @Max(1000)
      @Nullable
      Integer maxPayloadIndexCount) {}
}
