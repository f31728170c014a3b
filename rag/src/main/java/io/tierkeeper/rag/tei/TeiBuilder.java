package io.tierkeeper.rag.tei;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the models have in common.
 *
 * @param <B> the builder of the model
 */
public abstract sealed class TeiBuilder<B extends TeiBuilder<B>>
    permits TeiEmbeddingModel.Builder, TeiScoringModel.Builder {

  /** 32 texts in a call, which is the server's own default ({@code --max-client-batch-size}). */
  public static final int DEFAULT_BATCH_SIZE = 32;

  /** 3 attempts. */
  public static final int DEFAULT_MAX_ATTEMPTS = 3;

  /** 200 ms. */
  public static final Duration DEFAULT_FIRST_BACK_OFF = Duration.ofMillis(200);

  /** 2 s. */
  public static final Duration DEFAULT_MAX_BACK_OFF = Duration.ofSeconds(2);

  /** 10,000 texts in a call. */
  public static final int MAX_BATCH_SIZE = 10_000;

  /** 20 attempts. */
  public static final int MAX_ATTEMPTS = 20;

  final URI url;
  Duration timeout;
  int batchSize = DEFAULT_BATCH_SIZE;
  int maxAttempts = DEFAULT_MAX_ATTEMPTS;
  Duration firstBackOff = DEFAULT_FIRST_BACK_OFF;
  Duration maxBackOff = DEFAULT_MAX_BACK_OFF;

  @Nullable
  String apiKey;

  @Nullable
  Boolean truncate;

  @Nullable
  HttpClient http;

  TeiBuilder(String url, Duration timeout) {
    this.url = base(url);
    this.timeout = timeout;
  }

  abstract B self();

  /**
   * How long one call of at most {@link #batchSize} texts may take, with all attempts and the waits between them; a minute for
   * embeddings, 30 s for scores.
   */
  public B timeout(Duration whole) {
    this.timeout = positive("timeout", whole);
    return self();
  }

  /** The most texts in a call, 1 to {@value #MAX_BATCH_SIZE}; {@value #DEFAULT_BATCH_SIZE}. More texts are sent in several calls. */
  public B batchSize(int texts) {
    this.batchSize = within("batchSize", texts, MAX_BATCH_SIZE);
    return self();
  }

  /**
   * How often a call is tried, 1 to {@value #MAX_ATTEMPTS}, including the first; {@value #DEFAULT_MAX_ATTEMPTS}. Repeated is what the
   * server may answer later: 429, 502, 503, 504, and no connection.
   */
  public B maxAttempts(int attempts) {
    this.maxAttempts = within("maxAttempts", attempts, MAX_ATTEMPTS);
    return self();
  }

  /**
   * The wait after the first failure and the longest wait; 200 ms and 2 s. It doubles each time, and a random part of up to half of it is left
   * out. A {@code Retry-After} of the server is used instead.
   */
  public B backOff(Duration first, Duration longest) {
    this.firstBackOff = positive("firstBackOff", first);
    this.maxBackOff = positive("maxBackOff", longest);
    return self();
  }

  /** Sent as bearer token; none by default. */
  public B apiKey(String key) {
    if (key.isBlank() || key.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "apiKey is blank or has a control character; allowed: a text without them");
    }
    this.apiKey = key;
    return self();
  }

  /** Whether the server cuts texts that are too long for the model, instead of refusing them; left to the server by default. */
  public B truncate(boolean cut) {
    this.truncate = cut;
    return self();
  }

  /** The HTTP client, for TLS or a proxy of its own; one with Java's defaults by default. */
  public B httpClient(HttpClient client) {
    this.http = client;
    return self();
  }

  private static URI base(String url) {
    URI uri;
    try {
      uri = URI.create(url.replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("url is no URL: " + e.getMessage(), e);
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      // A URL with a user may have a password in it.
      String shown = uri.getRawUserInfo() == null ? url : "one with a user";
      throw new IllegalArgumentException("url is " + shown
          + "; allowed: http://HOST:PORT or https://HOST:PORT, with a path before /embed and"
          + " /rerank if there is one");
    }
    return uri;
  }

  private static int within(String field, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(field + " is " + value + ", allowed: 1 to " + max);
    }
    return value;
  }

  private static Duration positive(String field, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(field + " is " + value + ", allowed: more than zero");
    }
    return value;
  }
}
