package io.tierkeeper.lab.faults.mutants;

import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.PatchFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A unified diff against sources of the product, which are bundled with the laboratory under {@code /sources}. */
final class MutantPatch {
  /** Sources of which modules are bundled; a diff may change no other. */
  private static final Pattern NEW_FILE =
      Pattern.compile("\\+\\+\\+ b/[a-z]+/src/main/java/(\\S+)\\.java");

  private static final String OLD_FILE = "--- ";

  private final String name;

  /** The lines of the diff, by the path of the source without its ending. */
  private final Map<String, List<String>> changes = new LinkedHashMap<>();

  /**
   * Reads a diff.
   *
   * @param name of the mutant, for messages
   * @param lines of the diff, from its first {@code ---} line on
   * @throws IllegalStateException where it changes something else than a source of the product
   */
  MutantPatch(String name, List<String> lines) {
    this.name = name;
    List<String> current = new ArrayList<>();
    String old = "";
    for (String line : lines) {
      Matcher file = NEW_FILE.matcher(line);
      if (line.startsWith(OLD_FILE)) {
        old = line;
      } else if (file.matches()) {
        current = new ArrayList<>(List.of(old, line));
        changes.put(file.group(1), current);
      } else if (!line.startsWith("diff ") && !line.startsWith("index ")) {
        current.add(line);
      }
    }
    if (changes.isEmpty()) {
      throw new IllegalStateException("mutant " + name + " changes no source of the product");
    }
  }

  /**
   * The changed sources, by the name of their class.
   *
   * @throws IllegalStateException where a source is missing, or differs from what the diff expects
   */
  Map<String, String> apply() {
    Map<String, String> changed = new LinkedHashMap<>();
    changes.forEach((path, diff) -> {
      List<String> source = source(path);
      try {
        // Lines may have moved; what stands around the change must be the same.
        List<String> result = UnifiedDiffUtils.parseUnifiedDiff(diff).applyFuzzy(source, 0);
        changed.put(path.replace('/', '.'), String.join("\n", result));
      } catch (PatchFailedException e) {
        throw new IllegalStateException(
            "mutant " + name + " does not fit " + path + ".java any more: " + e.getMessage()
                + "; renew its diff",
            e);
      }
    });
    return changed;
  }

  private List<String> source(String path) {
    String resource = "/sources/" + path + ".java";
    try (InputStream in = MutantPatch.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "mutant " + name + " changes " + path + ".java, which is no source of the product");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read", e);
    }
  }
}
