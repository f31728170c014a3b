package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The ids are a promise to other programs: the test vectors are those of the page for users. */
class PointIdsTest {

  static final Path PAGE = Path.of("..", "docs", "client.md");

  private static final Pattern VECTOR = Pattern.compile(
      "(?m)^\\| `\"(.*)\"`, `\"(.*)\"`, `\"(.*)\"`, `\"(.*)\"`, `\"(.*)\"` \\| `([0-9a-f-]{36})` \\|$");
  private static final Pattern TEXT = Pattern.compile(
      "(?m)^\\| tenant `(\"?)(.*?)\"?`, text `\"(.*)\"` \\| `([0-9a-f-]{36})` \\|$");
  private static final Pattern PYTHON = Pattern.compile("(?s)```python\n(.*?)```");

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static List<List<String>> vectors() throws IOException {
    List<List<String>> found = new ArrayList<>();
    Matcher matcher = VECTOR.matcher(page());
    while (matcher.find()) {
      found.add(List.of(
          matcher.group(1),
          matcher.group(2),
          matcher.group(3),
          matcher.group(4),
          matcher.group(5),
          matcher.group(6)));
    }
    assertThat(found).hasSizeGreaterThanOrEqualTo(4);
    return found;
  }

  @Test
  void areAsThePageSays() throws IOException {
    for (List<String> vector : vectors()) {
      assertThat(PointIds.uuid(
              vector.get(0), vector.get(1), vector.get(2), vector.get(3), vector.get(4)))
          .as("%s", vector)
          .hasToString(vector.get(5));
    }
  }

  @Test
  void ofTextsAreAsThePageSays() throws IOException {
    Matcher matcher = TEXT.matcher(page());
    ClientConfig config = ClientConfig.builder("kb").build();
    int found = 0;
    while (matcher.find()) {
      found++;
      TenantScope tenant = matcher.group(1).isEmpty()
          ? TenantScope.of(config, Long.parseLong(matcher.group(2)))
          : TenantScope.of(config, matcher.group(2));
      assertThat(tenant.id(PointId.of(matcher.group(3))).getUuid()).isEqualTo(matcher.group(4));
    }
    assertThat(found).isGreaterThanOrEqualTo(3);
  }

  @Test
  void areTheSameInTwelveLinesOfPython() throws IOException, InterruptedException {
    Matcher matcher = PYTHON.matcher(page());
    assertThat(matcher.find()).isTrue();
    String script = matcher.group(1);
    assertThat(script.strip().lines().count()).isLessThanOrEqualTo(12);
    StringBuilder calls = new StringBuilder(script);
    for (List<String> vector : vectors()) {
      calls
          .append("print(point_id(")
          .append(String.join(
              ", ", vector.subList(0, 5).stream().map(part -> '"' + part + '"').toList()))
          .append("))\n");
    }
    calls.append("print(text_id(\"acme\", \"doc-1\"))\nprint(text_id(7, \"doc-1\"))\n");
    List<String> expected =
        new ArrayList<>(vectors().stream().map(v -> v.get(5)).toList());
    ClientConfig config = ClientConfig.builder("kb").build();
    expected.add(TenantScope.of(config, "acme").id(PointId.of("doc-1")).getUuid());
    expected.add(TenantScope.of(config, 7).id(PointId.of("doc-1")).getUuid());
    assertThat(python(calls.toString())).isEqualTo(expected);
  }

  private static List<String> python(String script) throws IOException, InterruptedException {
    Path file = Files.createTempFile("ids", ".py");
    try {
      Files.writeString(file, script);
      Process process;
      try {
        process = new ProcessBuilder("python3", file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
      } catch (IOException e) {
        assumeTrue(false, "no python3 on PATH");
        throw e;
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isZero();
      return output.lines().toList();
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void keepTheBoundariesOfTheParts() {
    assertThat(PointIds.uuid("ab", "c", "", "", ""))
        .isNotEqualTo(PointIds.uuid("a", "bc", "", "", ""))
        .isNotEqualTo(PointIds.uuid("", "ab", "c", "", ""));
  }

  @Property
  void differWhereAPartDiffers(@ForAll String org, @ForAll String asset, @ForAll String other) {
    UUID id = uuid(org, asset);
    if (id != null && uuid(other, asset) != null && !org.equals(other)) {
      assertThat(uuid(other, asset)).isNotEqualTo(id);
      assertThat(uuid(asset, other)).isNotEqualTo(uuid(asset, org));
    }
  }

  /** Null where a part is no valid text. */
  private static @org.jspecify.annotations.Nullable UUID uuid(String org, String asset) {
    try {
      return PointIds.uuid(org, asset, "segment", "model", "version");
    } catch (TenantClientException.InvalidRequest e) {
      return null;
    }
  }

  @Test
  void refuseHalfASurrogatePair() {
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> PointIds.uuid("a\ud800", "", "", "", ""))
        .withMessage("org is no valid Unicode text: it has half of a surrogate pair");
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> PointId.of("\udc00"));
  }
}
