package io.tierkeeper.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The variables: their defaults, what is refused, and that README.md has all of them. */
class SettingsTest {

  private static final Path README = Path.of("README.md");

  @Test
  void defaults() {
    Settings settings =
        Settings.from(Map.of("JWT_JWKS", "keys", "JWT_ISSUER", "i", "JWT_AUDIENCE", "a"));
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(8080);
    assertThat(settings.models()).containsExactly(new Settings.ModelSettings("hash-a", 64, null));
    assertThat(settings.model()).isEqualTo("hash-a");
    assertThat(settings.tokens().tenantClaim()).isEqualTo("org_id");
    assertThat(settings.lease()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.client().build().collection()).isEqualTo("embeddings");
    assertThat(settings
            .client()
            .build()
            .retry()
            .attemptTimeout()
            .plus(Settings.QDRANT_BUDGET.multipliedBy(2)))
        .as("the longest write, with its wait for a fence, is shorter than the shortest lease")
        .isLessThan(Duration.ofSeconds(60));
  }

  @Test
  void whatIsWrongIsRefusedWithNameValueAndWhatIsAllowed() {
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("LISTEN_ADDRESS", "8080");
    wrong.put("WORKERS", "0");
    wrong.put("LEASE_SECONDS", "59");
    wrong.put("MAX_ATTEMPTS", "many");
    wrong.put("BACK_OFF_MILLIS", "-1");
    wrong.put("CHUNK_SIZE", "10");
    wrong.put("CHUNK_OVERLAP", "501");
    wrong.put("EMBEDDING_MODEL", "unknown");
    wrong.put("EMBEDDING_MODELS", "a=0@mock");
    wrong.forEach((name, value) -> {
      Map<String, String> environment = Rig.environment("http://localhost:6334");
      environment.put("CHUNK_SIZE", "1000");
      environment.put(name, value);
      assertThatThrownBy(() -> Settings.from(environment))
          .isInstanceOf(Variables.InvalidSetting.class)
          .hasMessageStartingWith(name + " is " + value + ", allowed: ");
    });
    for (String models : new String[] {
      "",
      "mock=64@mock",
      "a=64@mock,a=64@mock",
      "a=64@ftp://x",
      "A=1@mock",
      "a_b=1@mock",
      "a=99999@mock"
    }) {
      Map<String, String> environment = Rig.environment("http://localhost:6334");
      environment.put("EMBEDDING_MODELS", "," + models);
      assertThatThrownBy(() -> Settings.from(environment))
          .hasMessageStartingWith("EMBEDDING_MODELS is");
    }
    for (String name : new String[] {"JWT_JWKS", "JWT_ISSUER", "JWT_AUDIENCE"}) {
      Map<String, String> environment = Rig.environment("http://localhost:6334");
      environment.remove(name);
      assertThatThrownBy(() -> Settings.from(environment))
          .hasMessageStartingWith(name + " is not set");
    }
    Map<String, String> environment = Rig.environment("rubbish:");
    assertThatThrownBy(() -> Settings.from(environment).client()).hasMessageContaining("rubbish");
  }

  @Test
  void theReadmeHasEachVariable() throws IOException {
    var read = new TreeSet<String>();
    Pattern.compile("variables\\.\\w+\\(\\s*\"([A-Z_]+)\"")
        .matcher(Files.readString(
            Path.of("src/main/java/io/tierkeeper/examples/embedding/Settings.java")))
        .results()
        .forEach(match -> read.add(match.group(1)));
    assertThat(read).hasSizeGreaterThan(12);
    var documented = new TreeSet<String>();
    Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|")
        .matcher(Files.readString(README))
        .results()
        .forEach(match -> documented.add(match.group(1)));
    assertThat(documented).isEqualTo(read);
  }
}
