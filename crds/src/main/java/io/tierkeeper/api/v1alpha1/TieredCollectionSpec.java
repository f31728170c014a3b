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

/** The Qdrant collection, its endpoints and its policy. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.provision) || !has(self.provision.payloadIndexes) || self.provision.payloadIndexes.all(i, i.field != self.tenantKey)",
    messageExpression =
        "'provision.payloadIndexes: ' + self.tenantKey + ' is the tenantKey, whose index is set by provision.tenantIndex'",
    message = "provision.payloadIndexes: the index on tenantKey is set by provision.tenantIndex",
    fieldPath = ".provision.payloadIndexes")
public record TieredCollectionSpec(
    @JsonPropertyDescription("Connection to Qdrant.") @Required @Nullable
    Qdrant qdrant,

    @JsonPropertyDescription("Name of the collection in Qdrant, not an alias; immutable.")
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
        "Payload field with the tenant; immutable; needs a keyword or uuid index with is_tenant, or an integer index with lookup.")
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
        "Shard key that all small tenants share; immutable; must have exactly one shard.")
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
            "'fallbackShardKey ' + self + ' must not begin with tierkeeper/, which is reserved for working shard keys'",
        message = "fallbackShardKey must not begin with tierkeeper/")
    @Nullable
    String fallbackShardKey,

    @JsonPropertyDescription("The TierPolicy of this collection.") @Required @Nullable
    LocalReference policyRef,

    @JsonPropertyDescription("Which tenants without a TenantTier are reported.") @Nullable
    Discovery discovery,

    @JsonPropertyDescription(
        "Settings with which a missing collection is created. Those of a collection that exists are compared with it, and changed only as apply says.")
    @Nullable
    ProvisionSpec provision,

    @JsonPropertyDescription("If true, the collection is not measured and no move starts.")
    @Default("false")
    @Nullable
    Boolean suspend,

    @JsonPropertyDescription("Times in which no move starts, with owner, reason and end.")
    @Size(max = 20)
    @Nullable
    List<Pause> pauses,

    @JsonPropertyDescription("What a running move does on suspend or pause: Finish or Abort.")
    @Default("Finish")
    @Nullable
    StopPolicy stopPolicy,

    @JsonPropertyDescription(
        "What deletion of this resource does: Retain leaves every tenant in its tier; Demote moves all tenants to the fallback first. Neither deletes a point.")
    @Default("Retain")
    @Nullable
    DeletionPolicy deletionPolicy) {

  /** Which tenants without a TenantTier are reported. */
  public enum DiscoveryMode {
    Off,
    Observe,
    Create
  }

  /** What a running move does on suspend or pause. */
  public enum StopPolicy {
    Finish,
    Abort
  }

  /** Connection to Qdrant. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Qdrant(
      @JsonPropertyDescription(
          "gRPC addresses: one per peer, or one headless service name that resolves to all peers.")
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
          "Secret with the data apiKey, allowedHosts and, optionally, allowedAddresses. The key is sent only to the origins (scheme://host:port) in allowedHosts; loopback, link-local and other reserved addresses are used only if allowedAddresses lists them.")
      @Nullable
      LocalReference credentialsRef,

      @JsonPropertyDescription("Certificates for https endpoints.") @Nullable
      Tls tls) {}

  /** Certificates for https endpoints. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Tls(
      @JsonPropertyDescription(
          "Secret with ca.crt, the CA certificate of the servers; omitted means the JVM's trust store.")
      @Nullable
      LocalReference caRef,

      @JsonPropertyDescription("Secret with tls.crt and tls.key, the client certificate.") @Nullable
      LocalReference clientRef) {}

  /** Which tenants without a TenantTier are reported. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.mode != 'Create' || has(self.createAbovePoints)",
      message =
          "discovery.mode Create needs discovery.createAbovePoints, the number of points above which a tenant gets a TenantTier",
      fieldPath = ".createAbovePoints")
  public record Discovery(
      @JsonPropertyDescription(
          "\"Off\" (in quotes) reports tenants with a TenantTier only; Observe reports the biggest tenants; Create also creates a TenantTier for each tenant above createAbovePoints.")
      @Default("Observe")
      @Nullable
      DiscoveryMode mode,

      @JsonPropertyDescription("Number of rows of status.topTenants.")
      @Default("100")
      @Min(1)
      @Max(500)
      @Nullable
      Integer topTenants,

      @JsonPropertyDescription(
          "Mode Create: number of points above which a tenant gets a TenantTier.")
      @Min(1)
      @Nullable
      Long createAbovePoints) {}

  /** A time in which no move starts, with owner, reason and end. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pause(
      @JsonPropertyDescription("Owner of the pause.") @Required @Size(min = 1, max = 100) @Nullable
      String owner,

      @JsonPropertyDescription("Reason for the pause.")
      @Required
      @Size(min = 1, max = 500)
      @Nullable
      String reason,

      @JsonPropertyDescription("Time at which the pause ends, RFC 3339.")
      @Required
      @Pattern(Formats.TIME)
      @Nullable
      String until,

      @JsonPropertyDescription("Directions that are paused; omitted means both.")
      @Size(min = 1, max = 2)
      @Nullable
      List<Direction> directions) {}
}
