package io.tierkeeper.operator.gitops;

import io.tierkeeper.lab.testbed.ApiServer;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The kubectl of a real API server, with the rights of everything. */
public final class Kubectl {
  private final ApiServer server;
  private final Path directory;

  /**
   * A kubectl.
   *
   * @param directory for its files
   */
  public Kubectl(ApiServer server, Path directory) throws IOException {
    this.server = server;
    this.directory = directory;
    Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig());
  }

  /** What a command printed, and its exit code. */
  public record Ran(int code, String output) {}

  /** Runs a command to its end, in the directory of the checkout. */
  public Ran run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(server.kubectl().toString()));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("kubectl.out");
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(Checkout.file("").toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().put("KUBECONFIG", directory.resolve("kubeconfig").toString());
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " does not end");
    }
    return new Ran(process.exitValue(), Files.readString(output));
  }
}
