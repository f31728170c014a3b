package io.tierkeeper.examples.embedding;

import static io.tierkeeper.examples.embedding.Variables.refused;

import io.tierkeeper.client.ClientConfig;
import io.tierkeeper.client.ClientEnvironment;
import io.tierkeeper.client.RetryPolicy;
import io.tierkeeper.client.TenantClientException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configuration. README.md has the table of its variables.
 *
 * @param host to listen on
 * @param port 0 for a free one
 * @param models at least one
 * @param model that searches are to use
 * @param lease how long a worker has a job before another may take it
 * @param maxAttempts of a job
 * @param backOff after the first failed attempt; it doubles each time
 * @param qdrant the variables of the tenant client
 */
record Settings(
    String host,
    int port,
    DatabaseSettings database,
    TokenSettings tokens,
    List<ModelSettings> models,
    String model,
    ChunkSettings chunks,
    int workers,
    Duration lease,
    int maxAttempts,
    Duration backOff,
    Map<String, String> qdrant) {

  /** Longest wait between two attempts. */
  static final Duration MAX_BACK_OFF = Duration.ofMinutes(1);

  /** One answer of an embedder. Together with a call to Qdrant it is far less than the shortest lease. */
  static final Duration EMBED_TIMEOUT = Duration.ofSeconds(20);

  /** All attempts of one call to Qdrant, which may last one attempt of 8 s longer. */
  static final Duration QDRANT_BUDGET = Duration.ofSeconds(15);

  private static final int MIN_LEASE_SECONDS = 60;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_SIZE = 65_536;
  private static final Pattern MODEL =
      Pattern.compile("([a-z0-9][a-z0-9-]{0,39})=(\\d{1,5})@(mock|https?://\\S+)");
  private static final String MODELS_ALLOWED =
      "NAME=SIZE@mock or NAME=SIZE@URL, separated by commas; NAME of a-z, 0-9 and -, not mock; SIZE 1 to 65536";

  /** The database of jobs. */
  record DatabaseSettings(
      String url, @Nullable String user, @Nullable String password, int connections) {}

  /**
   * What a token has to be.
   *
   * @param jwks a file or an https URL with the keys that sign tokens
   * @param tenantClaim the claim that is the tenant
   */
  record TokenSettings(String jwks, String issuer, String audience, String tenantClaim) {}

  /**
   * An embedding model, and the named vector of the collection that has its name.
   *
   * @param size of its vectors
   * @param url of Text Embeddings Inference; null for the one that needs no model
   */
  record ModelSettings(String name, int size, @Nullable URI url) {}

  /** How texts are split, in characters. */
  record ChunkSettings(int size, int overlap) {}

  /** @throws Variables.InvalidSetting if a variable is missing or wrong */
  static Settings from(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    int workers = variables.number("WORKERS", 2, 1, 64);
    int chunkSize = variables.number("CHUNK_SIZE", 1000, 50, 100_000);
    String listen = variables.text("LISTEN_ADDRESS", "127.0.0.1:8080");
    int colon = listen.lastIndexOf(':');
    int port = port(listen, colon);
    List<ModelSettings> models = models(variables.text("EMBEDDING_MODELS", "hash-a=64@mock"));
    return new Settings(
        listen.substring(0, colon),
        port,
        new DatabaseSettings(
            variables.text(
                "DATABASE_URL",
                "jdbc:h2:file:./embedding-service;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"),
            variables.optional("DATABASE_USER"),
            variables.optional("DATABASE_PASSWORD"),
            // Each worker, and as many requests at a time.
            2 * workers + 4),
        new TokenSettings(
            variables.required("JWT_JWKS", "a file or an https URL"),
            variables.required("JWT_ISSUER", "the iss of tokens"),
            variables.required("JWT_AUDIENCE", "an aud of tokens"),
            variables.text("JWT_TENANT_CLAIM", "org_id")),
        models,
        variables.oneOf(
            "EMBEDDING_MODEL", models.stream().map(ModelSettings::name).toList()),
        new ChunkSettings(chunkSize, variables.number("CHUNK_OVERLAP", 0, 0, chunkSize / 2)),
        workers,
        Duration.ofSeconds(variables.number("LEASE_SECONDS", 120, MIN_LEASE_SECONDS, 3600)),
        variables.number("MAX_ATTEMPTS", 10, 1, 100),
        Duration.ofMillis(variables.number("BACK_OFF_MILLIS", 1000, 1, 60_000)),
        Map.copyOf(environment));
  }

  /** The tenant client's own variables; its calls end long before a lease does. */
  ClientConfig.Builder client() {
    Map<String, String> variables = new HashMap<>(qdrant);
    variables.putIfAbsent("COLLECTION_NAME", "embeddings");
    try {
      return ClientEnvironment.read(variables)
          .retry(RetryPolicy.DEFAULT.withBudget(QDRANT_BUDGET).withMaxFence(QDRANT_BUDGET));
    } catch (TenantClientException e) {
      throw new Variables.InvalidSetting(Objects.requireNonNull(e.getMessage()), e);
    }
  }

  private static int port(String listen, int colon) {
    try {
      int port = colon < 1 ? -1 : Integer.parseInt(listen.substring(colon + 1));
      if (port >= 0 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw refused("LISTEN_ADDRESS", listen, "HOST:PORT", e);
    }
    throw refused("LISTEN_ADDRESS", listen, "HOST:PORT", null);
  }

  private static List<ModelSettings> models(String text) {
    List<ModelSettings> models = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      Matcher matcher = MODEL.matcher(each.strip());
      if (!matcher.matches()
          || Integer.parseInt(matcher.group(2)) < 1
          || Integer.parseInt(matcher.group(2)) > MAX_SIZE
          || matcher.group(1).equals(Models.MOCK)
          || models.stream().anyMatch(other -> other.name().equals(matcher.group(1)))) {
        throw refused("EMBEDDING_MODELS", text, MODELS_ALLOWED, null);
      }
      String embedder = matcher.group(3);
      models.add(new ModelSettings(
          matcher.group(1),
          Integer.parseInt(matcher.group(2)),
          embedder.equals(Models.MOCK) ? null : URI.create(embedder)));
    }
    return List.copyOf(models);
  }
}
