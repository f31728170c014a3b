package io.tierkeeper.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Limits of what one has to read at once. A list of exceptions only shrinks: a test also fails for an exception that is
 * within the limit by now.
 */
class SizesTest {
  private static final int MAX_LINES = 500;
  private static final int MAX_COMPONENTS = 12;
  private static final int MAX_FILES = 30;

  /** The sentence of a package-info that explains why a package exceeds {@link #MAX_FILES}. */
  private static final String WHY_LARGE = "Large because";

  private static final Set<String> LONG_FILES = Set.of();

  /**
   * The fields of the API, one component each. {@code @JsonUnwrapped} cannot group them: the CRD generator writes the group
   * as an object of its own, and the client cannot read it into a record.
   */
  private static final Set<String> WIDE_RECORDS = Set.of(
      "io.tierkeeper.api.v1alpha1.ProvisionSpec",
      "io.tierkeeper.api.v1alpha1.ProvisionSpec$StrictMode",
      "io.tierkeeper.api.v1alpha1.TierMoveStatus",
      "io.tierkeeper.api.v1alpha1.TierPolicySpec",
      "io.tierkeeper.api.v1alpha1.TieredCollectionStatus");

  private static final Set<String> LARGE_PACKAGES = Set.of();

  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.find(
        ROOT,
        Integer.MAX_VALUE,
        (file, attributes) ->
            file.toString().endsWith(".java") && file.toString().contains("/src/main/java/"))) {
      return files.toList();
    }
  }

  @Test
  void noFileIsLongerThan500Lines() throws IOException {
    Map<String, Long> over = new TreeMap<>();
    for (Path file : sources()) {
      try (Stream<String> lines = Files.lines(file)) {
        long count = lines.count();
        if (count > MAX_LINES) {
          over.put(ROOT.relativize(file).toString().replaceFirst("src/main/java/", ""), count);
        }
      }
    }
    compare(over, LONG_FILES);
  }

  @Test
  void noRecordHasMoreThan12Components() {
    Map<String, Long> over = new TreeMap<>();
    for (JavaClass each : new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("io.tierkeeper")) {
      if (each.isRecord()) {
        long components = each.getFields().stream()
            .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
            .count();
        if (components > MAX_COMPONENTS) {
          over.put(each.getName(), components);
        }
      }
    }
    compare(over, WIDE_RECORDS);
  }

  @Test
  void noPackageHasMoreThan30FilesWithoutAReason() throws IOException {
    Map<String, Long> over = sources().stream()
        .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()))
        .entrySet()
        .stream()
        .filter(entry -> entry.getValue() > MAX_FILES && !explained(entry.getKey()))
        .collect(Collectors.toMap(
            entry -> ROOT.relativize(entry.getKey()).toString().replaceFirst("src/main/java/", ""),
            Map.Entry::getValue,
            Long::sum,
            TreeMap::new));
    compare(over, LARGE_PACKAGES);
  }

  private static boolean explained(Path directory) {
    try {
      Path info = directory.resolve("package-info.java");
      return Files.exists(info) && Files.readString(info).contains(WHY_LARGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compare(Map<String, Long> over, Set<String> exceptions) {
    Map<String, Long> unlisted = new TreeMap<>(over);
    unlisted.keySet().removeAll(exceptions);
    assertThat(unlisted).as("over the limit: split it").isEmpty();
    Set<String> within = new TreeSet<>(exceptions);
    within.removeAll(over.keySet());
    assertThat(within)
        .as("within the limit by now: remove it from the exceptions")
        .isEmpty();
  }
}
