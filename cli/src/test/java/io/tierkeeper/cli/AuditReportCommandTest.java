package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.launcher.Main;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

@NullUnmarked
class AuditReportCommandTest {

  private static final Path TRAIL =
      Path.of("src/test/resources/io/tierkeeper/cli/recorded-demo.jsonl");

  @TempDir
  Path directory;

  private record Ran(int code, String out) {}

  private static Ran run(String... words) {
    StringWriter out = new StringWriter();
    List<String> all = new ArrayList<>(List.of("audit", "report"));
    all.addAll(List.of(words));
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(out, true), all.toArray(String[]::new));
    return new Ran(code, out.toString());
  }

  /** The page of a trail, which must be well-formed. */
  private Document page(int code, String... words) throws Exception {
    Path file = directory.resolve("report.html");
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--out", file.toString()));
    Ran ran = run(all.toArray(String[]::new));
    assertThat(ran.code()).as(ran.out()).isEqualTo(code);
    return parse(Files.readString(file));
  }

  private static Document parse(String page) throws Exception {
    assertThat(page).startsWith("<!DOCTYPE html>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  private static List<Element> elements(Element in, String tag) {
    NodeList found = in.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> (Element) found.item(i))
        .toList();
  }

  private static List<Element> sections(Document page) {
    return elements(page.getDocumentElement(), "section").stream()
        .filter(section -> section.getAttribute("id").startsWith("move-"))
        .toList();
  }

  private static String text(Element element) {
    return element.getTextContent().replaceAll("\\s+", " ").strip();
  }

  private static String text(Document page) {
    return text(elements(page.getDocumentElement(), "main").getFirst());
  }

  @Test
  void tellsEachMoveWithNumbersApproverAndEvidence() throws Exception {
    Document page = page(0, TRAIL.toString());

    assertThat(text(page))
        .contains("Audit report of default/kb")
        .contains("The chain verifies.")
        .contains("Good lines 198, sequence 1 to 198")
        .contains("Period 2026-11-21 23:51:00Z to 2026-11-21 23:51:35Z")
        .contains("Moves succeeded 2")
        .contains("Plans not started 2")
        .contains("Approvals 2")
        .contains("Decisions 70");
    List<Element> moves = sections(page);
    assertThat(moves).hasSize(4);
    assertThat(text(moves.getFirst()))
        .startsWith("Promote acme Succeeded: Promoted kb-acme-promote-0fd8")
        .contains("ShareAbovePromote: The damped share is above the promotion threshold.")
        .contains("Damped share 0.2366, observed share 0.2366, α* 0.4776")
        .contains("ShareAbovePromote 0.23664 0.15 yes")
        .contains("4,462 of 18,857 points, 2 measurements")
        .contains("under policy standard/1, mode Approve")
        .contains(
            "Approved by fabric8-kubernetes-client (claimed, not authenticated) through TierMove at 2026-11-21 23:51:06Z (sequence 44), plan sha256:0fd88be2a5889e78fb5d040e22b90a5f6b32b5b6b310f434e385b397d6b51c32.")
        .contains("The approval was recorded after the move had started.")
        .contains("Equal at 2026-11-21 23:51:13Z (sequence 66): brought over 0, compared 4,462")
        .contains("Succeeded: Promoted at 2026-11-21 23:51:16Z after 11.6 s.")
        .contains("The old copy is deleted: brought over 0, deleted 4,462.")
        .contains(
            "23:51:05.175 CreateKey (initialState PARTIAL, key acme, peer 6305140917361997) ok 400 ms")
        .contains("23:51:07.372 Cutover: Active");
    assertThat(text(moves.get(1)))
        .contains("Promote tenant-002 Planned")
        .contains("Required, and not given.");
    assertThat(text(moves.getLast()))
        .contains("Demote acme Succeeded: Demoted kb-acme-demote-d582")
        .contains("Approved by fabric8-kubernetes-client")
        .contains("compared 599, corrections 0")
        .contains("What was left The old copy is deleted.")
        .doesNotContain("Shard keys that the move created");
  }

  @Test
  void showsErosionFromTheFirstMeasurementToTheLast() throws Exception {
    List<JsonNode> measurements = new ArrayList<>();
    for (String line : Files.readAllLines(TRAIL)) {
      if (line.contains("\"io.tierkeeper.measurement.v1\"")) {
        measurements.add(new ObjectMapper().readTree(line));
      }
    }
    JsonNode first = measurements.getFirst();
    JsonNode last = measurements.getLast();
    double product = measurements.stream()
        .skip(1)
        .mapToDouble(line -> line.at("/data/summary/coherence").asDouble())
        .reduce(1, (a, b) -> a * b);
    double was = ofAcme(first);
    double is = ofAcme(last);
    assertThat(text(page(0, TRAIL.toString())))
        .contains("Mass and erosion of default/kb")
        .contains(measurements.size() + " measurements with a change, coherence "
            + String.format(Locale.ROOT, "%.4f", product))
        .contains(String.format(
            Locale.ROOT,
            "Points %,d %,d",
            first.at("/data/totalPoints").asLong(),
            last.at("/data/totalPoints").asLong()))
        .contains("Share in the fallback - - -")
        .contains(
            String.format(Locale.ROOT, "acme %.4f %.4f %+.1f %%", was, is, 100 * (is / was - 1)));

    String later = last.path("time").asText();
    assertThat(text(page(0, TRAIL.toString(), "--since", later)))
        .contains("1 measurements with a change, coherence 1.0000")
        .contains(String.format(Locale.ROOT, "acme %.4f %.4f +0.0 %%", is, is));
  }

  private static double ofAcme(JsonNode measurement) {
    JsonNode top = measurement.at("/data/top");
    for (int i = 0; i < top.path("tenants").size(); i++) {
      if (top.path("tenants").path(i).asText().equals("acme")) {
        return top.path("dampedMass").path(i).asDouble();
      }
    }
    throw new AssertionError("acme is not in " + measurement);
  }

  @Test
  void needsNothingButItself() throws Exception {
    Document page = page(0, TRAIL.toString());
    assertThat(elements(page.getDocumentElement(), "script")).isEmpty();
    assertThat(elements(page.getDocumentElement(), "link")).isEmpty();
    assertThat(elements(page.getDocumentElement(), "img")).isEmpty();
    assertThat(Files.readString(directory.resolve("report.html")))
        .doesNotContain("http:", "https:", "url(", "@import");
    assertThat(elements(page.getDocumentElement(), "a"))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(sections(page))
            .anyMatch(
                section -> ("#" + section.getAttribute("id")).equals(link.getAttribute("href"))));
  }

  @Test
  void drawsTheTenantsThatMoved() throws Exception {
    List<Element> charts = elements(page(0, TRAIL.toString()).getDocumentElement(), "svg");
    assertThat(charts).hasSize(1);
    assertThat(charts.getFirst().getAttribute("aria-label")).startsWith("Share of acme");
    assertThat(text(charts.getFirst())).contains("promote above 15 %", "demote below 5 %");
    assertThat(elements(charts.getFirst(), "path").stream().map(path -> path.getAttribute("class")))
        .contains("observed", "damped", "promote", "demote");
    assertThat(elements(charts.getFirst(), "rect").stream()
            .filter(rect -> rect.getAttribute("class").equals("tier")))
        .as("one time in a dedicated shard key, and the legend")
        .hasSize(2);
  }

  @Test
  void listsEachChangeOfTheRetention() throws Exception {
    List<String> lines = new ArrayList<>();
    for (String line : RewrittenTrail.lines(TRAIL)) {
      lines.add(line);
      if (line.contains("\"event\":\"retained\"") && line.contains("\"tenant/acme\"")) {
        lines.add(retention(line));
      }
    }
    assertThat(lines).hasSize(199);
    Path trail = RewrittenTrail.write(directory.resolve("retention.jsonl"), lines.stream());
    String changed = "Retention changed: ";
    String ends = "until %s, before until %s, by kubectl-patch";

    assertThat(text(sections(page(0, trail.toString())).getFirst()))
        .contains(changed + String.format(ends, "2026-11-21 23:51:14Z", "2026-11-22 23:51:13Z"));
    StringWriter out = new StringWriter();
    assertThat(Main.run(
            new PrintWriter(out, true),
            new PrintWriter(out, true),
            "audit",
            "tail",
            trail.toString(),
            "--lines",
            "1000"))
        .isZero();
    assertThat(out.toString())
        .contains("  acme  " + changed + "kb-acme-promote-0fd8 "
            + String.format(ends, "2026-11-21T23:51:14Z", "2026-11-22T23:51:13Z"));
  }

  @Test
  void listsTheCallsThatCreateACollection() throws Exception {
    List<String> lines = new ArrayList<>(RewrittenTrail.lines(TRAIL));
    String pattern = lines.stream()
        .filter(line -> line.contains("\"event\":\"retained\""))
        .findFirst()
        .orElseThrow();
    int after = lines.indexOf(pattern) + 1;
    lines.add(
        after,
        provision(pattern, "8", "\"event\":\"Done\",\"request\":{\"replication_factor\":2}"));
    lines.add(
        after,
        provision(pattern, "9", "\"event\":\"Failed\",\"request\":{},\"answer\":\"no answer\""));
    Path trail = RewrittenTrail.write(directory.resolve("provision.jsonl"), lines.stream());

    assertThat(text(page(0, trail.toString())))
        .contains("CreateShardKey done")
        .contains("knowledge_base {\"replication_factor\":2}")
        .contains("CreateShardKey failed")
        .contains("knowledge_base {}: no answer");
    StringWriter out = new StringWriter();
    assertThat(Main.run(
            new PrintWriter(out, true),
            new PrintWriter(out, true),
            "audit",
            "tail",
            trail.toString(),
            "--lines",
            "1000"))
        .isZero();
    assertThat(out.toString())
        .contains("CreateShardKey done: knowledge_base {\"replication_factor\":2}")
        .contains("CreateShardKey failed: knowledge_base {}: no answer");
  }

  /** A line about a call that creates a collection, in place of another line. */
  private static String provision(String line, String id, String fields) {
    return line.replace("io.tierkeeper.move.v1", "io.tierkeeper.provision.v1")
        .replace("urn:tierkeeper:audit:move-v1", "urn:tierkeeper:audit:provision-v1")
        .replaceFirst("\"id\":\"[0-9a-f]+\"", "\"id\":\"" + id.repeat(32) + "\"")
        .replaceFirst("\"subject\":\"[^\"]+\"", "\"subject\":\"collection/kb\"")
        .replaceFirst(
            "\"event\":\"retained\".*,\"actor\"",
            Matcher.quoteReplacement(
                "\"provision\":{\"collection\":\"knowledge_base\",\"action\":\"CreateShardKey\","
                    + fields + "},\"actor\""));
  }

  /** A line that ends the retention which another line announces. */
  private static String retention(String line) {
    return line.replace("io.tierkeeper.move.v1", "io.tierkeeper.retention.v1")
        .replace("urn:tierkeeper:audit:move-v1", "urn:tierkeeper:audit:retention-v1")
        .replaceFirst("\"id\":\"[0-9a-f]+\"", "\"id\":\"" + "7".repeat(32) + "\"")
        .replaceFirst(
            "\"event\":\"retained\".*,\"actor\"",
            "\"retention\":{\"move\":\"kb-acme-promote-0fd8\",\"tenant\":\"acme\","
                + "\"formerEnd\":\"2026-11-22T23:51:13Z\",\"end\":\"2026-11-21T23:51:14Z\","
                + "\"by\":\"kubectl-patch\"},\"actor\"");
  }

  @Test
  void reportsABrokenChainAndTheLinesBeforeIt() throws Exception {
    List<String> lines = new ArrayList<>(RewrittenTrail.lines(TRAIL));
    lines.set(100, lines.get(100).replaceFirst("T23:51", "T23:50"));
    lines.set(150, "no audit line");
    Path broken = Files.write(directory.resolve("broken.jsonl"), lines);

    Document page = page(1, broken.toString());

    String text = text(page);
    assertThat(text.indexOf("The chain does not verify."))
        .as("at the top")
        .isPositive()
        .isLessThan(text.indexOf("Summary"));
    assertThat(text)
        .contains("broken.jsonl, line 101, byte ")
        .contains("Good lines 100, sequence 1 to 100")
        .doesNotContain("The chain verifies");
    assertThat(sections(page)).hasSize(2);
    assertThat(text(sections(page).getFirst())).contains("Promote acme Succeeded: Promoted");
    assertThat(run(broken.toString(), "--out", directory.resolve("other.html").toString())
            .out())
        .contains("BROKEN chain, 100 good lines, 2 moves");
  }

  @Test
  void writesHostileTextsAsText() throws Exception {
    String hostile = "</title><script>alert('x')</script>\\\"&amp;\\u202e\\u0000${1}";
    Path trail = RewrittenTrail.write(
        directory.resolve("hostile.jsonl"),
        RewrittenTrail.lines(TRAIL).stream()
            .map(line -> line.replace("\"tenant/acme\"", "\"tenant/" + hostile + "\"")
                .replace("\"acme\"", "\"" + hostile + "\"")
                .replace("\"fabric8-kubernetes-client\"", "\"<img src=x onerror=alert(1)>\"")
                .replace("\"Equal\"", "\"<b>Equal</b>\"")
                .replace("\"TooFewSamples\"", "\"' onmouseover='alert(1)\"")
                .replace("\"standard\"", "\"<style>*{display:none}</style>\"")));

    Document page = page(0, trail.toString());

    assertThat(elements(page.getDocumentElement(), "script")).isEmpty();
    assertThat(elements(page.getDocumentElement(), "img")).isEmpty();
    assertThat(elements(page.getDocumentElement(), "style")).hasSize(2);
    assertThat(text(sections(page).getFirst()))
        .startsWith(
            "Promote </title><script>alert('x')</script>\"&amp;\\u202e\\u0000${1} Succeeded")
        .contains("Approved by <img src=x onerror=alert(1)>")
        .contains("<b>Equal</b> at");
    assertThat(elements(page.getDocumentElement(), "svg")).isNotEmpty();
  }

  @Test
  void showsATenantOrAPeriod() throws Exception {
    Document tenant = page(0, TRAIL.toString(), "--tenant", "tenant-002");
    assertThat(sections(tenant)).hasSize(1);
    assertThat(text(tenant)).contains("of tenant-002; the chain is verified as a whole");
    Document late = page(0, TRAIL.toString(), "--since", "2026-11-21T23:51:20Z");
    assertThat(sections(late).stream().map(section -> text(section).substring(0, 11)))
        .containsExactly("Promote ten", "Demote acme");
    assertThat(text(late)).contains("Good lines 198").contains("from 2026-11-21 23:51:20Z");
    Document early = page(0, TRAIL.toString(), "--until", "2026-11-21T23:51:20Z");
    assertThat(sections(early)).hasSize(2);
    assertThat(sections(page(0, TRAIL.toString(), "--since", "2026-11-22"))).isEmpty();

    assertThat(run(TRAIL.toString(), "--since", "yesterday")).satisfies(ran -> {
      assertThat(ran.code()).isEqualTo(2);
      assertThat(ran.out()).contains("--since yesterday must be a day or a time in UTC");
    });
  }

  @Test
  void countsMovesThatItDoesNotShow() throws Exception {
    List<String> lines = RewrittenTrail.lines(TRAIL);
    Path trail = RewrittenTrail.write(
        directory.resolve("many.jsonl"),
        IntStream.range(0, 260)
            .boxed()
            .flatMap(i -> lines.stream()
                .filter(line -> line.contains("kb-acme-promote-0fd8"))
                .map(line -> line.replace("kb-acme-promote-0fd8", "kb-acme-promote-" + i)
                    .replace("502f6452-9e61-4378-a76d-06504edcd65c", "uid-" + i)
                    .replaceFirst("\"id\":\"", "\"id\":\"" + i + "-"))));

    Document page = page(0, trail.toString());

    assertThat(sections(page)).hasSize(200);
    assertThat(text(page))
        .contains("Moves succeeded 260")
        .contains("60 earlier ones are only counted in the summary")
        .contains("kb-acme-promote-259")
        .doesNotContain("kb-acme-promote-59,");
  }

  @Test
  void readsCompressedFilesAndWritesToStandardOutput() throws Exception {
    Path files = Files.createDirectory(directory.resolve("trail"));
    List<String> lines = RewrittenTrail.lines(TRAIL);
    try (GZIPOutputStream out = new GZIPOutputStream(
        Files.newOutputStream(files.resolve("t.00000000000000000001.jsonl.gz")))) {
      for (String line : lines.subList(0, 90)) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.write(files.resolve("t.jsonl"), lines.subList(90, lines.size()));

    Ran ran = run(files.toString(), "--out", "-");

    assertThat(ran.code()).isZero();
    Document page = parse(ran.out());
    assertThat(sections(page)).hasSize(4);
    assertThat(text(page)).contains("Files t.00000000000000000001.jsonl.gz, t.jsonl");
  }

  @Test
  void refusesToOverwriteTheTrail() throws Exception {
    Path trail = Files.copy(TRAIL, directory.resolve("trail.jsonl"));
    Ran ran = run(trail.toString(), "--out", trail.toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).contains("must not be a file of the trail");
    assertThat(trail).hasSameTextualContentAs(TRAIL);
    assertThat(run(directory.resolve("none").toString()))
        .satisfies(none -> assertThat(none.code()).isEqualTo(2));
  }
}
