package io.tierkeeper.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Qdrant is, which collection is used, and how. Immutable.
 *
 * <pre>{@code
 * ClientConfig config = ClientConfig.builder("kb")
 *     .url("http://localhost:6334")
 *     .tenantField("tenant_id")
 *     .fallbackShardKey("default")
 *     .vectorSize(4)
 *     .build();
 * }</pre>
 */
public final class ClientConfig {

  /** The gRPC endpoint by default. */
  public static final String DEFAULT_URL = "http://localhost:6334";

  /** Qdrant's gRPC port, where a URL has none. */
  public static final int DEFAULT_PORT = 6334;

  /** The payload field with the tenant by default. */
  public static final String DEFAULT_TENANT_FIELD = "group_id";

  /** The shard key of all small tenants by default. */
  public static final String DEFAULT_FALLBACK = "default";

  /** The greatest number of results of a search by default. */
  public static final int DEFAULT_SEARCH_LIMIT = 10;

  /** Connections for each endpoint by default; calls on one connection run in parallel. */
  public static final int DEFAULT_CONNECTIONS = 1;

  /** The largest answer that is accepted by default, in bytes. */
  public static final int DEFAULT_MAX_ANSWER_BYTES = 64 * 1024 * 1024;

  /** How often an idle connection is probed. */
  public static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  /** How often files with keys and certificates are looked at. */
  public static final Duration FILE_CHECK = Duration.ofSeconds(10);

  /**
   * No write begins unless the fence was seen open so short a time ago. Together with {@link RetryPolicy#attemptTimeout} it must be
   * less than the operator's settle time minus the 60 s that peers of Qdrant wait for each other.
   */
  public static final Duration MAX_FENCE_AGE = Duration.ofSeconds(1);

  /** What a payload path consists of: names joined by dots. */
  private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  private final List<URI> urls;
  private final Supplier<@Nullable String> apiKey;
  private final Tls tls;
  private final int connections;
  private final int maxAnswerBytes;
  private final String collection;
  private final String tenantField;
  private final String fallbackShardKey;
  private final @Nullable Integer vectorSize;
  private final Distance distance;
  private final int searchLimit;
  private final @Nullable Float scoreThreshold;
  private final RetryPolicy retry;
  private final @Nullable FencePoint fence;
  private final CallListener listener;

  private ClientConfig(Builder builder) {
    urls = List.copyOf(builder.urls);
    apiKey = builder.apiKey;
    tls = builder.tls;
    connections = builder.connections;
    maxAnswerBytes = builder.maxAnswerBytes;
    collection = builder.collection;
    tenantField = builder.tenantField;
    fallbackShardKey = builder.fallbackShardKey;
    vectorSize = builder.vectorSize;
    distance = builder.distance;
    searchLimit = builder.searchLimit;
    scoreThreshold = builder.scoreThreshold;
    retry = builder.retry;
    fence = builder.fence;
    listener = builder.listener;
  }

  /** A configuration for a collection, which has all defaults. */
  public static Builder builder(String collection) {
    return new Builder(collection);
  }

  /**
   * Reads the variables of this process: {@code QDRANT_URL}, {@code QDRANT_API_KEY}, {@code COLLECTION_NAME} and so on; the whole list
   * is in {@link ClientEnvironment}.
   *
   * @throws TenantClientException.InvalidRequest if a variable is missing or wrong; the message names it
   */
  public static ClientConfig fromEnvironment() {
    return ClientEnvironment.read(System.getenv()).build();
  }

  /** Reads the same variables from a map. */
  public static ClientConfig fromEnvironment(Map<String, String> variables) {
    return ClientEnvironment.read(variables).build();
  }

  public List<URI> urls() {
    return urls;
  }

  /** The key or token of now; null for none. */
  @Nullable
  String apiKey() {
    return apiKey.get();
  }

  /** Whether the key has been rotated since it was last used, as far as that can be found out now. */
  boolean isApiKeyRotated() {
    return apiKey instanceof KeyFile file && file.changed();
  }

  public Tls tls() {
    return tls;
  }

  public int connections() {
    return connections;
  }

  public int maxAnswerBytes() {
    return maxAnswerBytes;
  }

  public String collection() {
    return collection;
  }

  public String tenantField() {
    return tenantField;
  }

  public String fallbackShardKey() {
    return fallbackShardKey;
  }

  /** The size of the unnamed vector; null where it is not configured. */
  public @Nullable Integer vectorSize() {
    return vectorSize;
  }

  public Distance distance() {
    return distance;
  }

  public int searchLimit() {
    return searchLimit;
  }

  public @Nullable Float scoreThreshold() {
    return scoreThreshold;
  }

  public RetryPolicy retry() {
    return retry;
  }

  public @Nullable FencePoint fence() {
    return fence;
  }

  CallListener listener() {
    return listener;
  }

  /** Without the API key. */
  @Override
  public String toString() {
    return "collection " + collection + " at " + urls + ", tenant field " + tenantField
        + ", fallback " + fallbackShardKey;
  }

  /** Makes a configuration. */
  public static final class Builder {
    private List<URI> urls = List.of(ClientConfig.url(DEFAULT_URL, "url"));
    private Supplier<@Nullable String> apiKey = () -> null;
    private Tls tls = Tls.DEFAULT;
    private int connections = DEFAULT_CONNECTIONS;
    private int maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES;
    private final String collection;
    private String tenantField = DEFAULT_TENANT_FIELD;
    private String fallbackShardKey = DEFAULT_FALLBACK;
    private @Nullable Integer vectorSize;
    private Distance distance = Distance.COSINE;
    private int searchLimit = DEFAULT_SEARCH_LIMIT;
    private @Nullable Float scoreThreshold;
    private RetryPolicy retry = RetryPolicy.DEFAULT;
    private @Nullable FencePoint fence;
    private CallListener listener = CallListener.NONE;

    private Builder(String collection) {
      this.collection = require(collection, "collection");
    }

    /** gRPC endpoints, separated by commas: {@code http://host:6334}, or {@code https://host:6334} with TLS. */
    public Builder url(String endpoints) {
      urls = List.of(endpoints.split(",", -1)).stream()
          .map(endpoint -> ClientConfig.url(endpoint.strip(), "url"))
          .toList();
      return this;
    }

    /** The API key or a token; none by default. */
    public Builder apiKey(String key) {
      require(key, "apiKey");
      apiKey = () -> key;
      return this;
    }

    /** Supplies the API key or a token for each call, so that it can be rotated; it must not block. */
    public Builder apiKey(Supplier<@Nullable String> keys) {
      apiKey = keys;
      return this;
    }

    /** A file with the API key or a token, which is read again when it has changed. */
    public Builder apiKeyFile(Path file) {
      apiKey = new KeyFile(file);
      return this;
    }

    /** Files for TLS; they are used for {@code https} endpoints. */
    public Builder tls(Tls files) {
      tls = files;
      return this;
    }

    /** Connections for each endpoint; {@value #DEFAULT_CONNECTIONS} by default. */
    public Builder connections(int number) {
      connections = atLeastOne(number, "connections");
      return this;
    }

    /** The largest answer that is accepted, in bytes; 64 MiB by default. */
    public Builder maxAnswerBytes(int bytes) {
      maxAnswerBytes = atLeastOne(bytes, "maxAnswerBytes");
      return this;
    }

    /** The payload field with the tenant, or a path to it such as {@code metadata.tenant_id}. */
    public Builder tenantField(String path) {
      if (!FIELD.matcher(path).matches()) {
        throw new TenantClientException.InvalidRequest(
            "tenantField is " + path
                + ", allowed: names of letters, digits, _ and -, joined by dots",
            null);
      }
      if (path.startsWith(TenantScope.RESERVED_FIELD)) {
        throw new TenantClientException.InvalidRequest(
            "tenantField is " + path + "; fields that begin with " + TenantScope.RESERVED_FIELD
                + " are reserved",
            null);
      }
      tenantField = path;
      return this;
    }

    /** The shard key of all small tenants. */
    public Builder fallbackShardKey(String key) {
      require(key, "fallbackShardKey");
      if (key.startsWith(TenantScope.RESERVED_NAME)) {
        throw new TenantClientException.InvalidRequest(
            "fallbackShardKey is " + key + "; names that begin with " + TenantScope.RESERVED_NAME
                + " are reserved",
            null);
      }
      fallbackShardKey = key;
      return this;
    }

    /** The size of the unnamed vector: vectors of another size are refused before they are sent. */
    public Builder vectorSize(int size) {
      vectorSize = atLeastOne(size, "vectorSize");
      return this;
    }

    /** The distance of the unnamed vector, for {@link CollectionAdmin#create}. */
    public Builder distance(Distance metric) {
      distance = metric;
      return this;
    }

    /** The greatest number of results of a search that sets none; {@value #DEFAULT_SEARCH_LIMIT} by default. */
    public Builder searchLimit(int limit) {
      searchLimit = atLeastOne(limit, "searchLimit");
      return this;
    }

    /** The worst score of a search that sets none; none by default. */
    public Builder scoreThreshold(float worst) {
      if (Float.isNaN(worst)) {
        throw new TenantClientException.InvalidRequest("scoreThreshold is NaN", null);
      }
      scoreThreshold = worst;
      return this;
    }

    /** Time-outs, attempts and waits. */
    public Builder retry(RetryPolicy policy) {
      retry = policy;
      return this;
    }

    /** The marker point by which the operator pauses the writers of the tenants; none by default. */
    public Builder fence(FencePoint marker) {
      fence = marker;
      return this;
    }

    /** Observes all calls; {@code io.tierkeeper.client.micrometer.MicrometerListener} counts and times them. */
    public Builder listener(CallListener observer) {
      listener = observer;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws TenantClientException.InvalidRequest if the marker point of the fence is in the collection itself
     */
    public ClientConfig build() {
      if (fence != null && fence.collection().equals(collection)) {
        throw new TenantClientException.InvalidRequest(
            "the marker point of the fence is in collection " + collection
                + " itself, which has custom sharding; it must be in a collection with automatic sharding",
            null);
      }
      return new ClientConfig(this);
    }

    private static int atLeastOne(int number, String name) {
      if (number < 1) {
        throw new TenantClientException.InvalidRequest(
            name + " is " + number + ", allowed: 1 and more", null);
      }
      return number;
    }

    private static String require(String text, String name) {
      if (text.isBlank()) {
        throw new TenantClientException.InvalidRequest(name + " is empty", null);
      }
      Texts.utf8(name, text);
      return text;
    }
  }

  static URI url(String text, String name) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new TenantClientException.InvalidRequest(name + " " + text + " is no URL", e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean bare = uri.getRawUserInfo() == null
        && uri.getRawQuery() == null
        && (uri.getRawPath() == null
            || uri.getRawPath().isEmpty()
            || uri.getRawPath().equals("/"));
    if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null || !bare) {
      throw new TenantClientException.InvalidRequest(
          name + " is not of the form http://host:port or https://host:port", null);
    }
    return uri;
  }
}
