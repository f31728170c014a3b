package io.tierkeeper.lab.benchmarks.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where an {@link OperatorPod} is started from. */
sealed interface OperatorProgram {

  /** The command that starts Tierkeeper, without its arguments. */
  List<String> command(Path directory, long limit, int cores);

  /** The path by which the process knows the directory. */
  Path path(Path directory);

  /** What it has in its environment in addition to that of the chart. */
  Map<String, String> environment();

  /** The memory that the process has now, in bytes. */
  long memory(long pid);

  /** The most memory that the process had at any time, in bytes. */
  long peak(long pid);

  /**
   * The distribution, as a process beside others. Its memory is what is resident.
   *
   * @param classPath of the product's distribution
   */
  record Distribution(String classPath) implements OperatorProgram {

    @Override
    public List<String> command(Path directory, long limit, int cores) {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          // The memory that the JVM takes its percentages of, where there is no container.
          "-XX:MaxRAM=" + limit,
          "-XX:ActiveProcessorCount=" + cores,
          "-cp",
          classPath,
          "io.tierkeeper.launcher.Main");
    }

    @Override
    public Path path(Path directory) {
      return directory;
    }

    @Override
    public Map<String, String> environment() {
      return Map.of();
    }

    @Override
    public long memory(long pid) {
      return status(pid, "VmRSS");
    }

    @Override
    public long peak(long pid) {
      return status(pid, "VmHWM");
    }

    private static long status(long pid, String field) {
      try {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
            .filter(line -> line.startsWith(field + ":"))
            .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElse(0);
      } catch (IOException e) {
        // It has just ended.
        return 0;
      }
    }
  }

  /**
   * The container image, unpacked and entered without a container engine: read-only, as user 10001, in a memory cgroup with the chart's
   * limit. Its memory is what a kubelet calls the working set: that of the cgroup without files that are not in use.
   *
   * @param root directory of the unpacked image
   * @param entrypoint and environment as the image has them
   */
  record Image(Path root, List<String> entrypoint, Map<String, String> environment)
      implements OperatorProgram {

    private static final Path ENTER = Path.of("tools/image/enter");
    private static final Path WORK = Path.of("/work");
    private static final String CGROUP = "tierkeeper-image";
    private static final Path V1 = Path.of("/sys/fs/cgroup/memory");
    private static final Path V2 = Path.of("/sys/fs/cgroup");

    /**
     * Unpacks the archive that {@code tools/image/build} writes.
     *
     * @throws IllegalStateException if it would not run as a user other than root
     */
    static Image unpack(Path archive, Path root) throws IOException, InterruptedException {
      Path parts = Files.createDirectories(root.resolveSibling(root.getFileName() + "-parts"));
      tar(archive, parts);
      ObjectMapper json = new ObjectMapper();
      JsonNode manifest = json.readTree(parts.resolve("manifest.json").toFile()).get(0);
      Files.createDirectories(root);
      for (JsonNode layer : manifest.get("Layers")) {
        tar(parts.resolve(layer.asText()), root);
      }
      JsonNode config =
          json.readTree(parts.resolve(manifest.get("Config").asText()).toFile()).get("config");
      if (!"10001:10001".equals(config.get("User").asText())) {
        throw new IllegalStateException(
            "the image's user is " + config.get("User") + "; required: 10001:10001");
      }
      List<String> entrypoint = new ArrayList<>();
      config.get("Entrypoint").forEach(part -> entrypoint.add(part.asText()));
      Map<String, String> environment = new TreeMap<>();
      config.get("Env").forEach(variable -> {
        String[] pair = variable.asText().split("=", 2);
        environment.put(pair[0], pair[1]);
      });
      // That of the programs that prepare the container, which are not in it.
      environment.remove("PATH");
      return new Image(root, List.copyOf(entrypoint), environment);
    }

    private static void tar(Path archive, Path into) throws IOException, InterruptedException {
      Process tar = new ProcessBuilder(
              "tar",
              "--warning=no-unknown-keyword",
              "-xpf",
              archive.toString(),
              "-C",
              into.toString())
          .inheritIO()
          .start();
      if (tar.waitFor() != 0) {
        throw new IOException(archive + " cannot be unpacked");
      }
    }

    @Override
    public List<String> command(Path directory, long limit, int cores) {
      List<String> command = new ArrayList<>(List.of(
          ENTER.toAbsolutePath().toString(),
          "--memory",
          Long.toString(limit),
          "--cgroup",
          CGROUP,
          "--mount",
          directory + ":" + WORK,
          root.toString()));
      command.addAll(entrypoint);
      return command;
    }

    @Override
    public Path path(Path directory) {
      return WORK;
    }

    @Override
    public long memory(long pid) {
      return Files.isDirectory(V1)
          ? figure(V1, "memory.usage_in_bytes") - inactive(V1, "total_inactive_file")
          : figure(V2, "memory.current") - inactive(V2, "inactive_file");
    }

    @Override
    public long peak(long pid) {
      // What the kernel calls the peak includes files that nobody uses any more, so it is sampled.
      return memory(pid);
    }

    private static long figure(Path hierarchy, String file) {
      try {
        return Long.parseLong(
            Files.readString(hierarchy.resolve(CGROUP).resolve(file)).strip());
      } catch (IOException e) {
        // The process has not made it yet.
        return 0;
      }
    }

    private static long inactive(Path hierarchy, String field) {
      try {
        return Files.readAllLines(hierarchy.resolve(CGROUP).resolve("memory.stat")).stream()
            .filter(line -> line.startsWith(field + " "))
            .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1)))
            .sum();
      } catch (IOException e) {
        return 0;
      }
    }
  }
}
