package io.tierkeeper.qdrant.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The official Python client over gRPC, as an application uses it, works with the emulator. The same script runs against a
 * real Qdrant where there is one, so it does not depend on the emulator.
 */
class PythonClientIT {
  private static final Path SCRIPT =
      Path.of("..", "tools", "python-client", "smoke.py").toAbsolutePath().normalize();

  @Test
  void worksAgainstTheEmulator() throws Exception {
    String python = python();
    try (QdrantBackend backend = EmulatedBackend.start(EmulatorOptions.defaults())) {
      play(python, backend);
    }
  }

  @Test
  void worksTheSameAgainstARealQdrant() throws Exception {
    String python = python();
    Optional<QdrantBackend> real = QdrantBackends.real();
    assumeTrue(real.isPresent(), "no Qdrant binary (QDRANT_BIN, PATH) and no QDRANT_URL");
    try (QdrantBackend backend = real.orElseThrow()) {
      play(python, backend);
    }
  }

  private static void play(String python, QdrantBackend backend) throws Exception {
    QdrantBackend.Address address = backend.address(0);
    Result result = run(
        python,
        SCRIPT.toString(),
        "--host",
        address.host(),
        "--http-port",
        Integer.toString(address.rest()),
        "--grpc-port",
        Integer.toString(address.grpc()));
    assertThat(result.code()).as("%s: %s", backend.description(), result.said()).isZero();
    assertThat(result.said()).contains("all as documented");
    System.out.println("Python client: works against " + backend.description());
  }

  /** A Python that is named explicitly has to have the client; any other one may lack it. */
  private static String python() throws Exception {
    @Nullable String named = System.getenv("QDRANT_CLIENT_PYTHON");
    String python = named == null ? "python3" : named;
    Result result;
    try {
      result = run(python, "-c", "import qdrant_client");
    } catch (IOException e) {
      result = new Result(127, String.valueOf(e.getMessage()));
    }
    assertThat(named == null || result.code() == 0)
        .as(
            "QDRANT_CLIENT_PYTHON is %s, which cannot import qdrant_client: %s",
            named, result.said())
        .isTrue();
    assumeTrue(
        result.code() == 0,
        "no Python with qdrant-client: pip install -r tools/python-client/requirements.txt, and name its"
            + " interpreter in QDRANT_CLIENT_PYTHON");
    return python;
  }

  private record Result(int code, String said) {}

  private static Result run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("python-client", ".log");
    try {
      Process process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
      try {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends in time").isTrue();
      } finally {
        process.destroyForcibly();
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }
}
