package io.tierkeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that are read and written again are the same. */
class EventJsonTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../cli/src/test/resources/io/tierkeeper/cli/recorded-demo.jsonl",
        "src/test/resources/io/tierkeeper/audit/every-type.jsonl"
      })
  void writesTheDataThatItRead(String file) throws IOException {
    for (String text : Files.readAllLines(Path.of(file))) {
      JsonNode line = MAPPER.readTree(text);
      ObjectNode data = (ObjectNode) line.required("data");
      data.remove(List.of("actor", "opensSegment"));
      AuditType type = AuditType.ofEventType(line.required("type").asText()).orElseThrow();
      EventData read = EventJson.read(type, data);
      assertThat(read).isNotInstanceOf(UnreadableData.class);
      assertThat(read.type()).isEqualTo(type);
      assertThat(EventJson.write(read).toString()).isEqualTo(data.toString());
    }
  }

  @Test
  void writesTheCompositionThatItRead() {
    for (AuditEvent event :
        List.of(SampleTrail.full(1, "acme"), SampleTrail.delta(2, "acme \u202e"))) {
      ObjectNode data = EventJson.write(event.data());
      assertThat(EventJson.read(AuditType.COMPOSITION, data)).isEqualTo(event.data());
      CompositionData read = (CompositionData) event.data();
      assertThat(CompositionData.Columns.of(read.composition().rows()))
          .isEqualTo(read.composition());
    }
  }

  @Test
  void ignoresFieldsAndWordsOfLaterVersions() throws IOException {
    ObjectNode move = EventJson.write(SampleTrail.event(3).data());
    move.put("event", "levitated").put("later", 1).withObject("object").put("later", true);
    assertThat(EventJson.read(AuditType.MOVE, move))
        .isInstanceOfSatisfying(
            MoveData.class, data -> assertThat(data.event()).isEqualTo(MoveEvent.OTHER));
    JsonNode gap = MAPPER.readTree("{\"gap\":{\"reason\":\"Flood\",\"depth\":2}}");
    assertThat(EventJson.read(AuditType.GAP, (ObjectNode) gap))
        .isEqualTo(new GapData(new GapData.Gap(GapData.Reason.OTHER, List.of(), null, null)));
  }

  @Test
  void namesTheFieldThatCannotBeRead() {
    ObjectNode pause = EventJson.write(SampleTrail.event(4).data());
    pause.withObject("pause").put("until", "tomorrow");
    assertThat(EventJson.read(AuditType.PAUSE, pause))
        .isInstanceOfSatisfying(
            UnreadableData.class,
            data -> assertThat(data.reason()).contains("data.pause.until").contains("tomorrow"));
    ObjectNode composition = EventJson.write(SampleTrail.full(0, "acme").data());
    composition.withObject("composition").withArray("tiers").remove(1);
    assertThat(EventJson.read(AuditType.COMPOSITION, composition))
        .isInstanceOfSatisfying(
            UnreadableData.class,
            data -> assertThat(data.reason())
                .startsWith("data.composition.tiers[1] is missing; allowed is as many values"));
  }
}
