package io.tierkeeper.client;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables of a configuration. Those that are not set, or empty, have the defaults of {@link ClientConfig};
 * {@code COLLECTION_NAME} has none.
 *
 * <table>
 * <caption>Variables</caption>
 * <tr><td>{@code QDRANT_URL}</td><td>gRPC endpoints, separated by commas</td></tr>
 * <tr><td>{@code QDRANT_API_KEY}, {@code QDRANT_API_KEY_FILE}</td><td>the key or token, or a file with it</td></tr>
 * <tr><td>{@code QDRANT_CA_FILE}, {@code QDRANT_CLIENT_CERT_FILE}, {@code QDRANT_CLIENT_KEY_FILE}</td><td>PEM files for TLS</td></tr>
 * <tr><td>{@code COLLECTION_NAME}</td><td>the collection</td></tr>
 * <tr><td>{@code TENANT_FIELD}</td><td>the payload field with the tenant</td></tr>
 * <tr><td>{@code FALLBACK_SHARD_KEY}</td><td>the shard key of all small tenants</td></tr>
 * <tr><td>{@code VECTOR_SIZE}</td><td>size of the unnamed vector</td></tr>
 * <tr><td>{@code DISTANCE_METRIC}</td><td>Cosine, Dot, Euclid or Manhattan</td></tr>
 * <tr><td>{@code SEARCH_LIMIT}</td><td>greatest number of results</td></tr>
 * <tr><td>{@code SCORE_THRESHOLD}</td><td>worst score of a result</td></tr>
 * <tr><td>{@code FENCE_POINT}</td><td>marker point of a fence, as {@code collection/id}</td></tr>
 * </table>
 */
public final class ClientEnvironment {

  private ClientEnvironment() {}

  /**
   * A builder with what the variables say.
   *
   * @throws TenantClientException.InvalidRequest if a variable is missing or wrong; the message names it
   */
  public static ClientConfig.Builder read(Map<String, String> variables) {
    String collection = text(variables, "COLLECTION_NAME");
    if (collection == null) {
      throw new TenantClientException.InvalidRequest("COLLECTION_NAME is not set", null);
    }
    ClientConfig.Builder builder = ClientConfig.builder(collection);
    String value = text(variables, "QDRANT_URL");
    if (value != null) {
      builder.url(value);
    }
    String key = text(variables, "QDRANT_API_KEY");
    String file = text(variables, "QDRANT_API_KEY_FILE");
    if (key != null && file != null) {
      throw new TenantClientException.InvalidRequest(
          "QDRANT_API_KEY and QDRANT_API_KEY_FILE are both set, allowed: one of them", null);
    }
    if (key != null) {
      builder.apiKey(key);
    }
    if (file != null) {
      builder.apiKeyFile(Path.of(file));
    }
    builder.tls(new Tls(
        path(variables, "QDRANT_CA_FILE"),
        path(variables, "QDRANT_CLIENT_CERT_FILE"),
        path(variables, "QDRANT_CLIENT_KEY_FILE")));
    value = text(variables, "TENANT_FIELD");
    if (value != null) {
      builder.tenantField(value);
    }
    value = text(variables, "FALLBACK_SHARD_KEY");
    if (value != null) {
      builder.fallbackShardKey(value);
    }
    value = text(variables, "FENCE_POINT");
    if (value != null) {
      builder.fence(FencePoint.parse(value));
    }
    readSearch(variables, builder);
    return builder;
  }

  private static void readSearch(Map<String, String> variables, ClientConfig.Builder builder) {
    Integer size = number(variables, "VECTOR_SIZE");
    if (size != null) {
      builder.vectorSize(size);
    }
    String metric = text(variables, "DISTANCE_METRIC");
    if (metric != null) {
      try {
        builder.distance(Distance.valueOf(metric.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new TenantClientException.InvalidRequest(
            "DISTANCE_METRIC is " + metric + ", allowed: Cosine, Dot, Euclid, Manhattan", e);
      }
    }
    Integer limit = number(variables, "SEARCH_LIMIT");
    if (limit != null) {
      builder.searchLimit(limit);
    }
    String threshold = text(variables, "SCORE_THRESHOLD");
    if (threshold != null) {
      try {
        builder.scoreThreshold(Float.parseFloat(threshold));
      } catch (NumberFormatException e) {
        throw new TenantClientException.InvalidRequest(
            "SCORE_THRESHOLD is " + threshold + ", allowed: a number", e);
      }
    }
  }

  private static @Nullable String text(Map<String, String> variables, String name) {
    String value = variables.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static @Nullable Path path(Map<String, String> variables, String name) {
    String value = text(variables, name);
    return value == null ? null : Path.of(value);
  }

  private static @Nullable Integer number(Map<String, String> variables, String name) {
    String value = text(variables, name);
    if (value == null) {
      return null;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new TenantClientException.InvalidRequest(
          name + " is " + value + ", allowed: 1 and more", e);
    }
    throw new TenantClientException.InvalidRequest(
        name + " is " + value + ", allowed: 1 and more", null);
  }
}
