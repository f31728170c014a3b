package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which collection is tiered, where it is, and by which policy. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TieredCollectionSpec(
    @JsonPropertyDescription("How to reach Qdrant.") @Required @Nullable
    Qdrant qdrant,

    @JsonPropertyDescription("Name of the collection in Qdrant; immutable.")
    @Required
    @Size(min = 1, max = 255)
    @ValidationRule(
        value = "self == oldSelf",
        messageExpression =
            "'collection is immutable: it is ' + oldSelf + ' and cannot become ' + self",
        message = "collection is immutable")
    @Nullable
    String collection,

    @JsonPropertyDescription(
        "Payload field that holds the tenant; immutable; must be indexed as keyword with is_tenant.")
    @Required
    @Size(min = 1, max = 255)
    @ValidationRule(
        value = "self == oldSelf",
        messageExpression =
            "'tenantKey is immutable: it is ' + oldSelf + ' and cannot become ' + self",
        message = "tenantKey is immutable")
    @Nullable
    String tenantKey,

    @JsonPropertyDescription(
        "Shard key shared by all small tenants; immutable; must have exactly one shard.")
    @Required
    @Size(min = 1, max = 255)
    @ValidationRule(
        value = "self == oldSelf",
        messageExpression =
            "'fallbackShardKey is immutable: it is ' + oldSelf + ' and cannot become ' + self",
        message = "fallbackShardKey is immutable")
    @ValidationRule(
        value = "!self.startsWith('tierkeeper/')",
        messageExpression =
            "'fallbackShardKey ' + self + ' must not begin with tierkeeper/, which moves use for themselves'",
        message = "fallbackShardKey must not begin with tierkeeper/")
    @Nullable
    String fallbackShardKey,

    @JsonPropertyDescription("The TierPolicy whose rules hold.") @Required @Nullable
    LocalReference policyRef,

    @JsonPropertyDescription("Which tenants are found and reported by themselves.") @Nullable
    Discovery discovery,

    @JsonPropertyDescription(
        "Create the collection with these settings when it does not exist; drift is reported, never changed.")
    @Nullable
    Provision provision,

    @JsonPropertyDescription("Nothing is measured and no move starts while true.")
    @Default("false")
    @Nullable
    Boolean suspend,

    @JsonPropertyDescription("Pauses with owner, reason and end.") @Size(max = 20) @Nullable
    List<Pause> pauses,

    @JsonPropertyDescription("What a running move does on suspend or pause.")
    @Default("Finish")
    @Nullable
    StopPolicy stopPolicy,

    @JsonPropertyDescription(
        "Retain leaves every tenant where it is; Demote brings all back to the fallback first. Neither deletes a point.")
    @Default("Retain")
    @Nullable
    DeletionPolicy deletionPolicy) {

  /** Which tenants are found. */
  public enum DiscoveryMode {
    Off,
    Observe,
    Create
  }

  /** What a running move does when it shall stop. */
  public enum StopPolicy {
    Finish,
    Abort
  }

  /** A named set of collection settings. */
  public enum Profile {
    MultiTenant,
    HighThroughput
  }

  /** The distances that Qdrant knows. */
  public enum Distance {
    Cosine,
    Dot,
    Euclid,
    Manhattan
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

  /** How to reach Qdrant. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Qdrant(
      @JsonPropertyDescription(
          "gRPC addresses: one per peer, or one headless name that resolves to all.")
      @Required
      @Size(min = 1, max = 64)
      @Nullable
      List<@Size(max = 300) @Pattern(Formats.ENDPOINT) String> endpoints,

      @JsonPropertyDescription("Port of Qdrant's REST interface on the same hosts.")
      @Default("6333")
      @Min(1)
      @Max(65535)
      @Nullable
      Integer restPort,

      @JsonPropertyDescription(
          "Secret with the data apiKey, and allowedHosts: the hosts that the key may be sent to.")
      @Nullable
      LocalReference credentialsRef,

      @JsonPropertyDescription("Certificates for https endpoints.") @Nullable
      Tls tls) {}

  /** Certificates for https endpoints. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Tls(
      @JsonPropertyDescription(
          "Secret with ca.crt, the authority that signed the servers' certificates; omitted means the JVM's own.")
      @Nullable
      LocalReference caRef,

      @JsonPropertyDescription("Secret with tls.crt and tls.key, the client's own certificate.")
      @Nullable
      LocalReference clientRef) {}

  /** Which tenants are found by themselves. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.mode != 'Create' || has(self.createAbovePoints)",
      message =
          "discovery.mode Create needs discovery.createAbovePoints, the points from which a tenant gets a TenantTier",
      fieldPath = ".createAbovePoints")
  public record Discovery(
      @JsonPropertyDescription(
          "\"Off\" (in quotes) reports declared tenants only; Observe reports the biggest; Create also writes a TenantTier for each above createAbovePoints.")
      @Default("Observe")
      @Nullable
      DiscoveryMode mode,

      @JsonPropertyDescription("Rows of status.topTenants.")
      @Default("100")
      @Min(1)
      @Max(500)
      @Nullable
      Integer topTenants,

      @JsonPropertyDescription("Mode Create: points above which a tenant gets a TenantTier.")
      @Min(1)
      @Nullable
      Long createAbovePoints) {}

  /** Settings of a collection that the operator creates. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Provision(
      @JsonPropertyDescription("Set of defaults for the fields below.")
      @Default("MultiTenant")
      @Nullable
      Profile profile,

      @JsonPropertyDescription("Dimensions of the vector.") @Required @Min(1) @Max(65536) @Nullable
      Integer vectorSize,

      @JsonPropertyDescription("Distance of the vector.") @Default("Cosine") @Nullable
      Distance distance,

      @JsonPropertyDescription("Replicas of the fallback shard.") @Min(1) @Max(64) @Nullable
      Integer replicationFactor,

      @JsonPropertyDescription("Graph settings; omitted means those of the profile.") @Nullable
      Hnsw hnsw,

      @JsonPropertyDescription("Scalar quantisation; omitted means that of the profile.") @Nullable
      Quantization quantization,

      @JsonPropertyDescription("Payload indexes beside the tenant's own.") @Size(max = 50) @Nullable
      List<PayloadIndex> payloadIndexes) {}

  /** Graph settings of a collection. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Hnsw(
      @JsonPropertyDescription("Edges per node of the global graph; 0 means none.")
      @Min(0)
      @Max(512)
      @Nullable
      Integer m,

      @JsonPropertyDescription("Edges per node of each tenant's graph.") @Min(0) @Max(512) @Nullable
      Integer payloadM,

      @JsonPropertyDescription("Neighbours looked at while the graph is built.")
      @Min(4)
      @Max(4096)
      @Nullable
      Integer efConstruct) {}

  /** INT8 quantisation of a collection. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Quantization(
      @JsonPropertyDescription("Share of values kept inside the INT8 range, 0 to 1.")
      @Pattern(Formats.RATIO)
      @Size(max = 8)
      @Nullable
      String quantile,

      @JsonPropertyDescription("Whether quantised vectors stay in memory.") @Nullable
      Boolean alwaysRam) {}

  /** One payload index. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PayloadIndex(
      @JsonPropertyDescription("Payload field.") @Required @Size(min = 1, max = 255) @Nullable
      String field,

      @JsonPropertyDescription("Type of the index.") @Required @Nullable
      IndexType type) {}

  /** A time in which no move starts, with owner, reason and end. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pause(
      @JsonPropertyDescription("Who asked for the pause.")
      @Required
      @Size(min = 1, max = 100)
      @Nullable
      String owner,

      @JsonPropertyDescription("Why it is paused.") @Required @Size(min = 1, max = 500) @Nullable
      String reason,

      @JsonPropertyDescription("When the pause ends by itself, RFC 3339.")
      @Required
      @Pattern(Formats.TIME)
      @Nullable
      String until,

      @JsonPropertyDescription("Directions that are paused; omitted means both.")
      @Size(min = 1, max = 2)
      @Nullable
      List<Direction> directions) {}
}
