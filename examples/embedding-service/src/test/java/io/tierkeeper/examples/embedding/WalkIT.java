package io.tierkeeper.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of README.md in one shell, as a reader would type them, and compares what they print. */
class WalkIT {

  private static final String MARK = "@@@@";
  private static final int MAX_SECONDS = 240;

  /** A command, and what the page shows of its output. */
  private record Command(String text, String output) {}

  @Test
  void theCommandsOfTheReadmeDoWhatItShows(@TempDir Path directory) throws Exception {
    for (String tool : List.of("bash", "curl", "jq")) {
      assumeTrue(
          Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
              .anyMatch(entry -> Files.isExecutable(Path.of(entry, tool))),
          tool + " is not on PATH");
    }
    assertThat(Path.of("target", "embedding-service.jar")).isRegularFile();
    Files.createDirectories(directory.resolve("examples"));
    Files.createSymbolicLink(
        directory.resolve("examples/embedding-service"), Path.of("").toAbsolutePath());
    List<Command> commands = commands(Files.readAllLines(Path.of("README.md")));
    assertThat(commands).hasSizeGreaterThan(15);
    try (EmulatedQdrant qdrant = EmulatedQdrant.start(Rig.ONE_PEER)) {
      int port = freePort();
      StringBuilder script = new StringBuilder("trap 'kill $SERVICE 2>/dev/null || true' EXIT\n");
      for (Command command : commands) {
        script
            .append(command
                .text()
                .replace(
                    "http://localhost:6334",
                    qdrant.peers().getFirst().grpcEndpoint().toString())
                .replace("localhost:8080", "localhost:" + port))
            .append("\nprintf '" + MARK + "\\n'\n");
      }
      String[] outputs = run(script.toString(), directory, port).split(MARK + "\n", -1);
      for (int i = 0; i < commands.size(); i++) {
        assertThat(outputs[i])
            .as(commands.get(i).text())
            .isEqualTo(commands.get(i).output());
      }
    }
  }

  private static List<Command> commands(List<String> lines) {
    List<Command> commands = new ArrayList<>();
    String text = null;
    StringBuilder output = new StringBuilder();
    boolean inBlock = false;
    for (String line : lines) {
      boolean continues = text != null && text.matches("(?s).*[\\\\|]");
      if (text != null && !continues && (line.startsWith("$ ") || line.equals("```"))) {
        commands.add(new Command(text, output.toString()));
        text = null;
        output.setLength(0);
      }
      if (line.startsWith("```")) {
        inBlock = line.equals("```console");
      } else if (inBlock && continues) {
        text += "\n" + line;
      } else if (inBlock && line.startsWith("$ ")) {
        text = line.substring(2);
      } else if (inBlock && text != null) {
        output.append(line).append('\n');
      }
    }
    return commands;
  }

  private static String run(String script, Path directory, int port)
      throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().put("LISTEN_ADDRESS", "127.0.0.1:" + port);
    builder
        .environment()
        .merge(
            "PATH",
            Path.of(System.getProperty("java.home"), "bin") + File.pathSeparator,
            (path, java) -> java + path);
    Process process = builder.start();
    boolean ended = process.waitFor(MAX_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(ended).as(text).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
