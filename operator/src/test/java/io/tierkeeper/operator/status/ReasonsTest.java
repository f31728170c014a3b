package io.tierkeeper.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.StallReason;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every reason that is declared or documented is set somewhere, and every one that is set is in docs/reasons.md. */
class ReasonsTest {

  private static final Path ROOT = Path.of("..");

  /** Words of the engine in the same spelling that are no reasons of a move. */
  private static final Set<String> NO_REASONS = Set.of(
      // mutations, milestones and scans of the trail
      "Active",
      "DeletionBegun",
      "Deleted",
      "GiveBack",
      "PreCopyScan",
      "PostSwitchScan",
      // when a snapshot was taken
      "BeforeDemotion",
      "BeforeCleanup",
      // what a fence is, and what its webhook is called with
      "Webhook",
      "Token",
      "Manual",
      "Fence",
      "Lift",
      // outcomes that the trail alone has: a move that succeeded has the reason Succeeded
      "Promoted",
      "Demoted");

  /** Phases that are reasons as well. */
  private static final Set<String> NAMES_OF_BOTH = Set.of("AwaitingWindow", "Copying");

  private static final Pattern WORD = Pattern.compile("\"((?:[A-Z][a-z]+)+)\"");
  /** In the column that says where a reason is. */
  private static final Pattern TYPE = Pattern.compile("`([A-Z][A-Za-z]+)(?:=(?:True|False))?`");

  private static final Pattern ROW = Pattern.compile("(?m)^\\| ?\\[?`([A-Za-z]+)`");

  @Test
  void everyDeclaredReasonIsSet() throws IOException {
    String sources = sources("operator") + sources("evaluation");
    Set<String> unused = new TreeSet<>();
    declared().forEach((constant, reason) -> {
      if (!Pattern.compile("Reasons\\." + constant + "\\b").matcher(sources).find()) {
        unused.add(reason);
      }
    });
    assertThat(unused).as("declared and set nowhere").isEmpty();
  }

  @Test
  void theReferenceHasEveryReasonAndNoOther() throws IOException {
    Set<String> set = new TreeSet<>(declared().values());
    set.addAll(movesReasons());
    Arrays.stream(StallReason.values()).map(StallReason::apiName).forEach(set::add);
    Set<String> documented = ROW.matcher(Files.readString(ROOT.resolve("docs/reasons.md")))
        .results()
        .map(row -> row.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).containsExactlyInAnyOrderElementsOf(set);
  }

  @Test
  void theReferenceNamesEachConditionTypeAndNoOther() throws Exception {
    Set<String> declared = new TreeSet<>();
    for (Field field : ConditionTypes.class.getFields()) {
      declared.add(String.valueOf(field.get(null)));
    }
    String page = Files.readString(ROOT.resolve("docs/reasons.md"));
    Set<String> named = TYPE.matcher(page.lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("\\|")[2])
            .collect(Collectors.joining("\n")))
        .results()
        .map(type -> type.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).isEqualTo(declared);
  }

  /** What waits and ends of the engine say; it has no list of them. */
  private static Set<String> movesReasons() throws IOException {
    Set<String> words = WORD.matcher(sources("moves"))
        .results()
        .map(word -> word.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
    words.removeAll(NO_REASONS);
    Arrays.stream(MovePhase.values()).map(MovePhase::apiName).forEach(phase -> {
      if (!NAMES_OF_BOTH.contains(phase)) {
        words.remove(phase);
      }
    });
    words.removeAll(List.of("Running", "Equal", "Different", "TierMove"));
    return words;
  }

  private static Map<String, String> declared() {
    Map<String, String> reasons = new TreeMap<>();
    Arrays.stream(Reasons.class.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .forEach(field -> {
          try {
            reasons.put(field.getName(), String.valueOf(field.get(null)));
          } catch (IllegalAccessException e) {
            throw new AssertionError(e);
          }
        });
    return reasons;
  }

  private static String sources(String module) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
