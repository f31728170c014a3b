package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientConfigTest {

  @Test
  void readsAllVariables(@TempDir Path files) throws Exception {
    Path key = Files.writeString(files.resolve("key"), "secret\n");
    Map<String, String> variables = new HashMap<>();
    variables.put("QDRANT_URL", "https://one:6334, http://two");
    variables.put("QDRANT_API_KEY_FILE", key.toString());
    variables.put("QDRANT_CA_FILE", "/ca.pem");
    variables.put("QDRANT_CLIENT_CERT_FILE", "/tls.crt");
    variables.put("QDRANT_CLIENT_KEY_FILE", "/tls.key");
    variables.put("COLLECTION_NAME", "kb");
    variables.put("TENANT_FIELD", "metadata.tenant_id");
    variables.put("FALLBACK_SHARD_KEY", "shared");
    variables.put("VECTOR_SIZE", "768");
    variables.put("DISTANCE_METRIC", "Euclid");
    variables.put("SEARCH_LIMIT", "25");
    variables.put("SCORE_THRESHOLD", "0.75");
    variables.put("FENCE_POINT", "tokens/550e8400-e29b-41d4-a716-446655440000");
    ClientConfig config = ClientConfig.fromEnvironment(variables);
    assertThat(config.urls())
        .containsExactly(URI.create("https://one:6334"), URI.create("http://two"));
    assertThat(config.apiKey()).isEqualTo("secret");
    assertThat(config.tls())
        .isEqualTo(new Tls(Path.of("/ca.pem"), Path.of("/tls.crt"), Path.of("/tls.key")));
    assertThat(config.collection()).isEqualTo("kb");
    assertThat(config.tenantField()).isEqualTo("metadata.tenant_id");
    assertThat(config.fallbackShardKey()).isEqualTo("shared");
    assertThat(config.vectorSize()).isEqualTo(768);
    assertThat(config.distance()).isEqualTo(Distance.EUCLID);
    assertThat(config.searchLimit()).isEqualTo(25);
    assertThat(config.scoreThreshold()).isEqualTo(0.75f);
    assertThat(config.fence())
        .isEqualTo(new FencePoint(
            "tokens", PointId.of(UUID.fromString("550e8400-e29b-41d4-a716-446655440000"))));
    assertThat(config.toString()).doesNotContain("secret");
  }

  @Test
  void hasDefaults() {
    ClientConfig config =
        ClientConfig.fromEnvironment(Map.of("COLLECTION_NAME", "kb", "QDRANT_API_KEY", " "));
    assertThat(config.urls()).containsExactly(URI.create("http://localhost:6334"));
    assertThat(config.apiKey()).isNull();
    assertThat(config.tenantField()).isEqualTo("group_id");
    assertThat(config.fallbackShardKey()).isEqualTo("default");
    assertThat(config.searchLimit()).isEqualTo(10);
    assertThat(config.scoreThreshold()).isNull();
    assertThat(config.fence()).isNull();
  }

  /** The table for users is the one that the code has. */
  @Test
  void theDefaultsOfThePageAreThoseOfTheCode() throws Exception {
    List<String> page = Files.readAllLines(PointIdsTest.PAGE);
    for (String[] row : new String[][] {
      {"QDRANT_URL", "`" + ClientConfig.DEFAULT_URL + "`"},
      {"TENANT_FIELD", "`" + ClientConfig.DEFAULT_TENANT_FIELD + "`"},
      {"FALLBACK_SHARD_KEY", "`" + ClientConfig.DEFAULT_FALLBACK + "`"},
      {"SEARCH_LIMIT", Integer.toString(ClientConfig.DEFAULT_SEARCH_LIMIT)},
      {"connections", Integer.toString(ClientConfig.DEFAULT_CONNECTIONS)},
      {"maxAnswerBytes", (ClientConfig.DEFAULT_MAX_ANSWER_BYTES >> 20) + " MiB"},
      {"KEEP_ALIVE", ClientConfig.KEEP_ALIVE.toSeconds() + " s"},
      {"FILE_CHECK", ClientConfig.FILE_CHECK.toSeconds() + " s"},
      {"MAX_FENCE_AGE", ClientConfig.MAX_FENCE_AGE.toSeconds() + " s"},
      {"retry.attemptTimeout", RetryPolicy.DEFAULT_ATTEMPT_TIMEOUT.toSeconds() + " s"},
      {"retry.budget", RetryPolicy.DEFAULT_BUDGET.toSeconds() + " s"},
      {"retry.maxAttempts", Integer.toString(RetryPolicy.DEFAULT_MAX_ATTEMPTS)},
      {"retry.firstBackOff", RetryPolicy.DEFAULT_FIRST_BACK_OFF.toMillis() + " ms"},
      {"retry.maxBackOff", RetryPolicy.DEFAULT_MAX_BACK_OFF.toSeconds() + " s"},
      {"retry.maxFence", RetryPolicy.DEFAULT_MAX_FENCE.toMinutes() + " min"},
      {"batchSize", Integer.toString(BatchOptions.DEFAULT_BATCH_SIZE)},
      {"maxInFlight", Integer.toString(BatchOptions.DEFAULT_MAX_IN_FLIGHT)},
      {"maxBatchBytes", (BatchOptions.DEFAULT_MAX_BATCH_BYTES >> 20) + " MiB"},
      {"waits", Boolean.toString(BatchOptions.DEFAULT.waits())},
      {"checksIds", Boolean.toString(BatchOptions.DEFAULT.checksIds())},
    }) {
      assertThat(page)
          .as("a row of %s with %s", row[0], row[1])
          .anyMatch(line -> line.startsWith("| `" + row[0] + "` | " + row[1] + " |"));
    }
  }

  @Test
  void readsAKeyFileAgainWhenItHasChanged(@TempDir Path files) throws Exception {
    Path file = Files.writeString(files.resolve("key"), "one");
    ClientConfig config = ClientConfig.builder("kb").apiKeyFile(file).build();
    assertThat(config.apiKey()).isEqualTo("one");
    assertThat(config.isApiKeyRotated()).isFalse();
    Files.writeString(file, "two");
    assertThat(config.isApiKeyRotated()).isTrue();
    assertThat(config.apiKey()).isEqualTo("two");
    Files.delete(file);
    assertThat(config.isApiKeyRotated()).isFalse();
    assertThat(config.apiKey()).isEqualTo("two");
  }

  @ParameterizedTest
  @CsvSource({
    "COLLECTION_NAME, '', COLLECTION_NAME is not set",
    "QDRANT_URL, localhost:6334, url is not of the form http://host:port or https://host:port",
    "QDRANT_URL, http://user:word@host, url is not of the form http://host:port or https://host:port",
    "QDRANT_URL, http://host/path, url is not of the form http://host:port or https://host:port",
    "VECTOR_SIZE, 0, 'VECTOR_SIZE is 0, allowed: 1 and more'",
    "VECTOR_SIZE, many, 'VECTOR_SIZE is many, allowed: 1 and more'",
    "SEARCH_LIMIT, -1, 'SEARCH_LIMIT is -1, allowed: 1 and more'",
    "DISTANCE_METRIC, Far, 'DISTANCE_METRIC is Far, allowed: Cosine, Dot, Euclid, Manhattan'",
    "SCORE_THRESHOLD, high, 'SCORE_THRESHOLD is high, allowed: a number'",
    "SCORE_THRESHOLD, NaN, scoreThreshold is NaN",
    "FENCE_POINT, tokens/x, 'FENCE_POINT is tokens/x, allowed: collection/id with a UUID or a number'",
    "QDRANT_CLIENT_CERT_FILE, a, clientCertificate and clientKey belong together; only one of them is given",
  })
  void namesTheVariableThatIsWrong(String name, String value, String message) {
    Map<String, String> variables = new HashMap<>(Map.of("COLLECTION_NAME", "kb"));
    variables.put(name, value);
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> ClientConfig.fromEnvironment(variables))
        .withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a..b", "owners[].name", "a b", "\"a\"", "tierkeeper_x", "."})
  void refusesTenantFieldsThatItCannotWrite(String field) {
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> ClientConfig.builder("kb").tenantField(field));
  }

  @Test
  void refusesAFencePointInTheCollectionItself() {
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> ClientConfig.builder("kb")
            .fence(new FencePoint("kb", PointId.of(1)))
            .build());
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> new FencePoint("tokens", PointId.of("text")));
  }

  @Test
  void refusesTwoKeys() {
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> ClientConfig.fromEnvironment(
            Map.of("COLLECTION_NAME", "kb", "QDRANT_API_KEY", "a", "QDRANT_API_KEY_FILE", "b")));
  }

  @Test
  void doublesItsWaitsUpToTheLongest() {
    RetryPolicy retry = RetryPolicy.DEFAULT;
    assertThat(retry.backOff(1, 0)).hasMillis(50);
    assertThat(retry.backOff(3, 0)).hasMillis(200);
    assertThat(retry.backOff(3, 1)).hasMillis(100);
    assertThat(retry.backOff(60, 0)).hasSeconds(2);
  }

  @ParameterizedTest
  @CsvSource({
    "1.16.0, true",
    "1.19.2, true",
    "2.0.0, true",
    "1.16.0-dev, true",
    "1.15.9, false",
    "0.99.0, false",
    "unknown, false",
    "'', false"
  })
  void knowsWhichServersItWorksWith(String version, boolean supported) {
    assertThat(ServerVersion.isSupported(version)).isEqualTo(supported);
  }
}
