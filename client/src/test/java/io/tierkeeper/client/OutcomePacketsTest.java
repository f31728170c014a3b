package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/outcome-packets} compiles as Java 17, and does what its page says. */
class OutcomePacketsTest {

  private static final Path EXAMPLE =
      Path.of("..", "examples", "outcome-packets", "OutcomePackets.java");

  @TempDir
  Path classes;

  @Test
  void findsThePacketOfTheOtherAgentOnly() throws Exception {
    int compiled = ToolProvider.getSystemJavaCompiler()
        .run(
            null,
            null,
            null,
            "--release",
            "17",
            "-proc:none",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            EXAMPLE.toString());
    assertThat(compiled).isZero();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    try (EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
        URLClassLoader loader =
            new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      String[] arguments = {qdrant.peers().get(0).grpcEndpoint().toString()};
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      // Twice: the same packets are the same points.
      for (int run = 0; run < 2; run++) {
        loader.loadClass("OutcomePackets").getMethod("main", String[].class).invoke(null, (Object)
            arguments);
      }
    } finally {
      System.setOut(out);
    }
    String line = "agent_000: Flash attention cut p99 latency 62%" + System.lineSeparator();
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo(line + line);
  }
}
