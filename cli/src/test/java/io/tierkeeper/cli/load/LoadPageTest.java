package io.tierkeeper.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.cli.load.LoadScene.Ran;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs each command of docs/load.md as it is printed, on the files that the page shows. */
@Timeout(120)
class LoadPageTest {
  private static final Path PAGE = Path.of("..", "docs", "load.md");
  private static final Pattern FILE = Pattern.compile(
      "`([a-z]+\\.(?:jsonl|csv))` has [^\\n]*\\n(?:[^\\n`]+\\n)?\\n```[a-z]+\\n(.*?)```",
      Pattern.DOTALL);
  private static final Pattern COMMANDS = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
  private static final String ADDRESS = "http://localhost:6334";

  @TempDir
  Path directory;

  private void binaryFiles() throws Exception {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }\n";
    ByteBuffer npy = ByteBuffer.allocate(10 + header.length() + 32).order(ByteOrder.LITTLE_ENDIAN);
    npy.put((byte) 0x93).put("NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1));
    npy.putShort((short) header.length()).put(header.getBytes(StandardCharsets.ISO_8859_1));
    for (int i = 1; i <= 8; i++) {
      npy.putFloat(i);
    }
    Files.write(directory.resolve("embeddings.npy"), npy.array());
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT 'acme' AS group_id, 'x' AS title, [1.0::FLOAT, 2, 3, 4] AS vector) TO '"
              + directory.resolve("articles.parquet") + "' (FORMAT parquet)");
    }
  }

  private List<String> filesOf(String page) throws IOException {
    List<String> names = new ArrayList<>();
    Matcher file = FILE.matcher(page);
    while (file.find()) {
      Files.writeString(directory.resolve(file.group(1)), file.group(2));
      names.add(file.group(1));
    }
    return names;
  }

  private Ran run(LoadScene scene, String command) throws IOException {
    String line = command.replaceFirst("^cat (\\S+) \\| ", "");
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ")) {
      String plain = word.replace("'", "");
      words.add(
          Files.exists(directory.resolve(plain)) ? directory.resolve(plain).toString() : plain);
    }
    assertThat(words.subList(0, 2)).containsExactly("tierkeeper", "load");
    int address = words.indexOf("--qdrant");
    assertThat(words.get(address + 1)).isEqualTo(ADDRESS);
    words.remove(address + 1);
    words.remove(address);
    InputStream before = System.in;
    if (!line.equals(command)) {
      System.setIn(
          new ByteArrayInputStream(Files.readAllBytes(directory.resolve(command.split(" ")[1]))));
    }
    try {
      return scene.load(words.subList(2, words.size()).toArray(String[]::new));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void eachCommandOfThePageRunsAsItIsPrinted() throws Exception {
    String page = Files.readString(PAGE);
    assertThat(filesOf(page))
        .containsExactly("products.jsonl", "stock.csv", "documents.jsonl", "mixed.jsonl");
    binaryFiles();
    List<String> commands = new ArrayList<>();
    Matcher block = COMMANDS.matcher(page);
    while (block.find()) {
      block.group(1).lines().forEach(commands::add);
    }
    assertThat(commands).hasSizeGreaterThan(6);
    try (LoadScene scene = new LoadScene()) {
      for (String command : commands) {
        int comment = command.indexOf(" # exit code ");
        int expected =
            comment < 0 ? 0 : Integer.parseInt(command.substring(comment).replaceAll("\\D", ""));
        Ran ran = run(scene, comment < 0 ? command : command.substring(0, comment));
        assertThat(ran.code()).as("%s%n%s%s", command, ran.out(), ran.err()).isEqualTo(expected);
      }
      // products, stock, embeddings, articles, and the good row of mixed; standard input adds
      // nothing.
      assertThat(scene.points("acme")).hasSize(2 + 1 + 1 + 1 + 1);
      assertThat(scene.points("zeta")).hasSize(1 + 1 + 1);
    }
  }

  @Test
  void theMessagesOfThePageAreThoseOfTheCommand() throws Exception {
    String page = Files.readString(PAGE);
    filesOf(page);
    try (LoadScene scene = new LoadScene()) {
      Ran ran = scene.load(directory.resolve("mixed.jsonl").toString());
      String message = ran.err().replace(directory + "/", "").replaceFirst(";[^;]*$", "; …");
      assertThat(page).contains(message.strip());
      Ran loaded = scene.load(directory.resolve("products.jsonl").toString());
      for (String line : loaded.out().lines().skip(1).toList()) {
        assertThat(page).contains(line);
      }
      assertThat(loaded.out()).startsWith("loaded 3 points of 2 tenants into kb in ");
    }
  }
}
