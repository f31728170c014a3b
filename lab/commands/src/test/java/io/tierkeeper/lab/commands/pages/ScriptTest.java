package io.tierkeeper.lab.commands.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How commands are found on a page. */
class ScriptTest {

  private static List<Script> of(String page) {
    return Script.of("page.md", page.lines().toList());
  }

  @Test
  void takesBlocksWithTheirContinuationsAndComments() {
    assertThat(of("""
        # Page

        ```sh
        a --b \\
          --c  # why
        ```

        ```yaml
        a: b
        ```

        ```console
        d
        ```
        """))
        .containsExactly(
            new Script("page.md", 3, "a --b \\\n  --c  # why\n", ""),
            new Script("page.md", 12, "d\n", ""));
  }

  @Test
  void takesWhatFollowsAPromptAndLeavesOutTheSampleOutput() {
    assertThat(of("""
        ```console
        $ a
        output
        $ b
        ```
        """)).containsExactly(new Script("page.md", 1, "a\nb\n", "output\n"));
  }

  @Test
  void takesCommandsInSentencesAlsoAcrossLinesAndInTables() {
    assertThat(of("""
        Run `kubectl get
        pods` and `tierkeeper audit verify`, never `helm`.

        | a | `curl -s x \\| jq .y` |
        - `mvn verify`
        """))
        .extracting(Script::text)
        .containsExactly("kubectl get pods\n", "curl -s x | jq .y\n", "mvn verify\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "```\nkubectl get pods\n```\n",
        "```text\n$ ./tierkeeper demo --open\n```\n",
        "    tools/bench scale --tiers 10\n",
        "```fish\na\n```\n"
      })
  void refusesBlocksThatNoTestWouldRun(String page) {
    assertThatThrownBy(() -> of(page))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("page.md:");
  }
}
