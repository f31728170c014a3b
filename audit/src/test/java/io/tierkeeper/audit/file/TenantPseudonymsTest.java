package io.tierkeeper.audit.file;

import static io.tierkeeper.audit.SampleTrail.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditSchemas;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.TenantPseudonyms;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TenantPseudonymsTest {

  private static final TenantPseudonyms PSEUDONYMS =
      new TenantPseudonyms("0123456789abcdef".getBytes(StandardCharsets.UTF_8));

  @TempDir
  Path directory;

  @Test
  void givesTheSameIdTheSamePseudonymUnderTheSameKeyOnly() {
    TenantPseudonyms other =
        new TenantPseudonyms("another-key-0123".getBytes(StandardCharsets.UTF_8));
    assertThat(PSEUDONYMS.pseudonym("acme"))
        .matches("hmac-[0-9a-f]{32}")
        .isEqualTo(PSEUDONYMS.pseudonym("acme"));
    assertThat(PSEUDONYMS.pseudonym("acme")).isNotEqualTo(PSEUDONYMS.pseudonym("acme2"));
    assertThat(PSEUDONYMS.pseudonym("acme")).isNotEqualTo(other.pseudonym("acme"));
  }

  @Test
  void leavesNoTenantIdInAnyLine() throws IOException {
    AuditOptions options = SampleTrail.OPTIONS.withPseudonyms(PSEUDONYMS);
    Path file;
    try (JsonlAuditLog log = JsonlAuditLog.open(
        directory, SampleTrail.STREAM, SampleTrail.WRITER, new MovableClock(START), options)) {
      for (int k = 0; k < 7; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
        assertThat(log.append(SampleTrail.event(k), Durability.GROUPED).alreadyPresent())
            .isTrue();
      }
      log.append(SampleTrail.retention(7, "acme"), Durability.GROUPED);
      file = log.currentFile();
    }
    assertThat(Files.readAllLines(file)).hasSize(8).allSatisfy(line -> {
      assertThat(line.toLowerCase(Locale.ROOT)).doesNotContain("acme");
      assertThat(line).contains("\"subject\":\"tenant/" + PSEUDONYMS.pseudonym("acme") + "\"");
    });
    assertThat(Files.readString(file))
        .doesNotContain("globex")
        .contains(PSEUDONYMS.pseudonym("globex"));
    AuditSchemas.assertAllValid(directory);
    assertThat(AuditVerifier.verify(List.of(file), null).ok()).isTrue();
  }

  @Test
  void leavesOrdinaryWordsAloneForATenantThatIsNamedLikeOne() {
    AuditEvent event = SampleTrail.event(3, "Promote");
    ObjectNode data = PSEUDONYMS.data(event.subject(), EventJson.write(event.data()));
    assertThat(data.get("direction").asText()).isEqualTo("Promote");
    assertThat(data.get("tenant").asText()).isEqualTo(PSEUDONYMS.pseudonym("Promote"));
    assertThat(data.at("/request/shard_key").asText()).isEqualTo(PSEUDONYMS.pseudonym("Promote"));
  }

  @Test
  void refusesAShortKey() {
    assertThatThrownBy(() -> new TenantPseudonyms(new byte[15]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("15 bytes");
  }
}
