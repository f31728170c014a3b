package io.tierkeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuditEventTest {

  @Test
  void takesSecretsVectorsAndPayloadsOutOfRequestsAndAnswers() throws Exception {
    JsonNode request = new ObjectMapper()
        .readTree(
            "{\"Api-Key\":\"k\",\"headers\":{\"Authorization\":\"Bearer t\"},\"shard_key\":\"acme\","
                + "\"points\":[{\"id\":1,\"vector\":[0.1],\"payload\":{\"text\":\"private\"}}]}");
    JsonNode data = EventJson.write(MoveData.of(
        new ResourceRef("TierMove", "data", "m", "u", 1),
        "acme",
        "Promote",
        MoveEvent.STEP_INTENDED,
        "Upsert",
        1,
        request,
        request,
        null,
        Map.of()));
    String written = data.toString();
    assertThat(written).doesNotContain("Bearer").doesNotContain("private").doesNotContain("0.1");
    assertThat(data.at("/request/Api-Key").asText()).isEqualTo("<secret>");
    assertThat(data.at("/answer/points/0/payload").asText()).isEqualTo("<content>");
    assertThat(data.at("/request/points/0/id").asInt()).isEqualTo(1);
    assertThat(data.at("/request/shard_key").asText()).isEqualTo("acme");
  }

  @Test
  void tellsStepsAttemptsAndKindsApartByTheirIds() {
    Set<String> ids = new HashSet<>();
    for (String move : new String[] {"a", "b", "a\",\"b", ""}) {
      for (String step : new String[] {"a", "b", "b\",1,\"c"}) {
        for (int attempt = 0; attempt < 3; attempt++) {
          for (String kind : new String[] {"intended", "done", "1"}) {
            ids.add(AuditEvent.id(move, step, attempt, kind));
          }
        }
      }
    }
    assertThat(ids).hasSize(4 * 3 * 3 * 3).allMatch(id -> id.matches("[0-9a-f]{32}"));
    assertThat(AuditEvent.id("a", "b", 1, "c")).isEqualTo(AuditEvent.id("a", "b", 1, "c"));
  }

  @Test
  void refusesABlankId() {
    assertThatThrownBy(() -> new AuditEvent(
            " ", "tenant/acme", Instant.EPOCH, SampleTrail.event(3).data()))
        .hasMessageContaining("id");
  }

  @Test
  void keepsEventsInMemoryOnceAndFailsOnRequest() {
    InMemoryAudit audit = new InMemoryAudit();
    AuditReceipt first = audit.append(SampleTrail.event(1), Durability.BEFORE_MUTATION);
    assertThat(audit.append(SampleTrail.event(1), Durability.BEFORE_MUTATION))
        .isEqualTo(new AuditReceipt(1, first.entryHash(), true));
    audit.fail(true);
    assertThat(audit.healthy()).isFalse();
    assertThatThrownBy(() -> audit.append(SampleTrail.event(2), Durability.GROUPED))
        .isInstanceOf(AuditUnavailableException.class);
    audit.fail(false);
    audit.append(SampleTrail.event(2), Durability.GROUPED);
    assertThat(audit.events()).hasSize(2);
    assertThat(audit.events(AuditType.APPROVAL)).hasSize(1);
    assertThat(audit.head().sequence()).isEqualTo(2);
  }
}
