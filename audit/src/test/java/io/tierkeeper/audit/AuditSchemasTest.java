package io.tierkeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.file.JsonlAuditLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditSchemasTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir
  Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void eachPayloadFitsItsSchema(int k) {
    AuditSink audit = new ValidatingAudit(new InMemoryAudit());
    assertThat(audit.append(SampleTrail.event(k), Durability.GROUPED).sequence())
        .isEqualTo(1);
  }

  @Test
  void aChangedRetentionFitsItsSchema() {
    AuditSink audit = new ValidatingAudit(new InMemoryAudit());
    assertThat(
            audit.append(SampleTrail.retention(1, "acme"), Durability.GROUPED).sequence())
        .isEqualTo(1);
  }

  @Test
  void aCallThatCreatesACollectionFitsItsSchema() {
    AuditSink audit = new ValidatingAudit(new InMemoryAudit());
    assertThat(
            audit.append(SampleTrail.provision(1), Durability.BEFORE_MUTATION).sequence())
        .isEqualTo(1);
  }

  @Test
  void compositionsFitTheirSchema() {
    AuditSink audit = new ValidatingAudit(new InMemoryAudit());
    audit.append(SampleTrail.full(1, "acme"), Durability.GROUPED);
    assertThat(audit.append(SampleTrail.delta(2, "acme"), Durability.GROUPED).sequence())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void eachMissingMemberIsFound(int k) {
    AuditEvent event = switch (k) {
      case 7 -> SampleTrail.full(k, "acme");
      case 8 -> SampleTrail.retention(k, "acme");
      case 9 -> SampleTrail.provision(k);
      default -> SampleTrail.event(k);
    };
    ObjectNode data = EventJson.write(event.data());
    List<String> required = data.properties().stream()
        .map(member -> member.getKey())
        .filter(name -> !List.of("step", "request", "answer", "durationMs", "counts", "coherence")
            .contains(name))
        .toList();
    for (String name : required) {
      ObjectNode thin = data.deepCopy().without(name);
      AuditEvent broken = new AuditEvent(
          event.id(),
          event.subject(),
          event.time(),
          new UnreadableData(event.type(), "without " + name, thin));
      assertThatThrownBy(
              () -> new ValidatingAudit(new InMemoryAudit()).append(broken, Durability.GROUPED))
          .as("%s without %s", event.type(), name)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(name);
      EventData read = EventJson.read(event.type(), thin);
      if (!data.path(name).isNumber()) {
        assertThat(read)
            .isInstanceOfSatisfying(
                UnreadableData.class,
                unreadable -> assertThat(unreadable.reason()).contains(name));
      }
    }
  }

  @Test
  void theSchemaOfALineLooksIntoItsPayload() throws Exception {
    try (JsonlAuditLog log = SampleTrail.open(directory, new MovableClock(SampleTrail.START))) {
      log.append(SampleTrail.event(1), Durability.GROUPED);
      String line = Files.readAllLines(log.currentFile()).getFirst();
      assertThat(AuditSchemas.faultsOfLine(line)).isEmpty();
      assertFault(line, event -> data(event, "/observation").put("alphaStar", 1.5), "alphaStar");
      assertFault(line, event -> data(event, "/actor").put("term", -1), "term");
      assertFault(line, event -> event.put("sequence", "1"), "sequence");
      assertFault(
          line, event -> event.put("dataschema", AuditType.MOVE.dataSchema()), "dataschema");
      assertFault(line, event -> event.remove("prevhash"), "prevhash");
    }
  }

  private static ObjectNode data(ObjectNode event, String pointer) {
    return (ObjectNode) event.at("/data" + pointer);
  }

  private static void assertFault(String line, Consumer<ObjectNode> change, String named)
      throws Exception {
    ObjectNode event = (ObjectNode) MAPPER.readTree(line);
    change.accept(event);
    assertThat(AuditSchemas.faultsOfLine(event.toString()))
        .anyMatch(fault -> fault.contains(named));
  }
}
