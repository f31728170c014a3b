package io.tierkeeper.examples.embedding;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A temporary cluster of PostgreSQL on loopback, as Debian's package installs it. PostgreSQL does not run as root. */
final class PostgresCluster implements AutoCloseable {

  private static final int MAX_SECONDS = 60;

  private final Path programs;
  private final List<String> asUser;
  private final String directory;
  private final int port;
  private int databases;

  private PostgresCluster(Path programs) throws IOException, InterruptedException {
    this.programs = programs;
    // The package has created the user.
    this.asUser = System.getProperty("user.name").equals("root")
        ? List.of("runuser", "-u", "postgres", "--")
        : List.of();
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = socket.getLocalPort();
    }
    this.directory = run("mktemp", "-d", "/tmp/embedding-service-XXXXXX").strip();
    run(
        program("initdb"),
        "-D",
        directory,
        "-U",
        "test",
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8");
    run(
        program("pg_ctl"),
        "-D",
        directory,
        "-w",
        "-l",
        directory + "/log",
        "-o",
        "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + directory
            + " -c fsync=off",
        "start");
  }

  /** A cluster, if PostgreSQL is installed. */
  static Optional<PostgresCluster> start() throws IOException, InterruptedException {
    Optional<Path> programs = programs();
    return programs.isEmpty() ? Optional.empty() : Optional.of(new PostgresCluster(programs.get()));
  }

  private static Optional<Path> programs() throws IOException {
    List<Path> directories = new ArrayList<>();
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        versions
            .sorted(Comparator.reverseOrder())
            .forEach(version -> directories.add(version.resolve("bin")));
      }
    }
    Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .forEach(entry -> directories.add(Path.of(entry)));
    return directories.stream()
        .filter(each -> Files.isExecutable(each.resolve("initdb"))
            && Files.isExecutable(each.resolve("pg_ctl")))
        .findFirst();
  }

  /** A new database. */
  Settings.DatabaseSettings database() throws IOException, InterruptedException {
    String name = "jobs" + databases++;
    run(
        program("psql"),
        "-h",
        "127.0.0.1",
        "-p",
        Integer.toString(port),
        "-U",
        "test",
        "-d",
        "postgres",
        "-c",
        "CREATE DATABASE " + name);
    return new Settings.DatabaseSettings(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + name, "test", "", 8);
  }

  private String program(String name) {
    return programs.resolve(name).toString();
  }

  private String run(String... command) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(asUser);
    whole.addAll(List.of(command));
    Path output = Files.createTempFile("postgres", ".log");
    // To a file, since the server inherits the stream and does not close it.
    Process process = new ProcessBuilder(whole)
        .directory(new File("/"))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    boolean ended = process.waitFor(MAX_SECONDS, TimeUnit.SECONDS);
    String text = Files.readString(output);
    Files.delete(output);
    if (!ended || process.exitValue() != 0) {
      throw new IllegalStateException(String.join(" ", whole) + " failed:\n" + text);
    }
    return text;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run(program("pg_ctl"), "-D", directory, "-w", "-m", "immediate", "stop");
    run("rm", "-rf", directory);
  }
}
