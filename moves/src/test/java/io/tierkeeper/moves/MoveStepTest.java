package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MoveStepTest {

  @Test
  void drawsTheDiagramOfTheDocs() throws IOException {
    List<String> lines = new ArrayList<>(List.of("stateDiagram-v2", "  [*] --> Preflight"));
    for (MoveStep step : MoveStep.values()) {
      step.successors()
          .forEach(next -> lines.add("  " + step.apiName() + " --> " + next.apiName()));
    }
    lines.add("  Done --> [*]");
    for (MoveStep step : MoveStep.values()) {
      String name = step.atDeadline().name();
      if (step.atDeadline() != MoveStep.AtDeadline.NONE) {
        lines.add("  note right of " + step.apiName() + " : at its deadline: " + pascal(name));
      }
    }
    Path docs = Path.of("../docs/moves.md");
    String text = Files.readString(docs);
    String drawn = text.substring(text.indexOf("```mermaid\n") + 11, text.lastIndexOf("\n```"));
    assertThat(drawn.lines().toList()).containsExactlyInAnyOrderElementsOf(lines);
  }

  @Test
  void reachesEveryStepFromTheFirstAndTheEndFromEveryStep() {
    Set<MoveStep> reached = EnumSet.of(MoveStep.PREFLIGHT);
    for (int i = 0; i < MoveStep.values().length; i++) {
      List.copyOf(reached).forEach(step -> reached.addAll(step.successors()));
    }
    assertThat(reached).containsExactlyInAnyOrder(MoveStep.values());
    Set<MoveStep> ending = EnumSet.of(MoveStep.DONE);
    for (int i = 0; i < MoveStep.values().length; i++) {
      for (MoveStep step : MoveStep.values()) {
        if (step.successors().stream().anyMatch(ending::contains)) {
          ending.add(step);
        }
      }
    }
    assertThat(ending).containsExactlyInAnyOrder(MoveStep.values());
  }

  private static String pascal(String name) {
    StringBuilder out = new StringBuilder();
    for (String word : name.split("_", -1)) {
      out.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
    }
    return out.toString();
  }
}
