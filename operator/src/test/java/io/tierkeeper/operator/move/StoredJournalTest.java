package io.tierkeeper.operator.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournal;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredJournalTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Test
  void aJournalIsReadBackByItsOwnMoveOnly() {
    ObjectNode stored = StoredJournal.write(MoveJournal.initial(), "one", null);
    assertThat(StoredJournal.read(stored, "m", "one")).contains(MoveJournal.initial());
    assertThat(StoredJournal.read(stored, "m", "two")).isEmpty();
  }

  @Test
  void aJournalOfTheFirstReleaseDoesNotSayWhoseItIs() {
    assertThat(StoredJournal.read(MoveJournal.initial().toJson(), "m", "one"))
        .contains(MoveJournal.initial());
  }

  @Test
  void whatCannotBeReadCountsAsLost() {
    ObjectNode unknownStep = NODES.objectNode().put("step", "StepOfTomorrow");
    for (JsonNode garbage : List.of(
        NODES.textNode("x"),
        NODES.numberNode(1),
        NODES.arrayNode(),
        NODES.nullNode(),
        unknownStep)) {
      assertThat(StoredJournal.read(garbage, "m", "one")).as("%s", garbage).isEmpty();
    }
    assertThat(StoredJournal.read(null, "m", "one")).isEmpty();
  }
}
