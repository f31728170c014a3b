package io.tierkeeper.operator.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.NullUnmarked;

/**
 * The classes of the processes that tests start. The first process that ends orderly leaves the loaded classes in an archive, with
 * which a start takes half the CPU time. The JVM archives only what comes from jars, so directories are packed.
 */
@NullUnmarked
final class ProcessClasses {
  private static final String CLASS_PATH = packed(
      // Surefire's own class path is one jar that names the others.
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));

  private ProcessClasses() {}

  /** Options of {@code java}, up to and with the class path. */
  static List<String> options() {
    return List.of(
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx192m",
        "-XX:+AutoCreateSharedArchive",
        "-XX:SharedArchiveFile=" + directory().resolve("classes.jsa"),
        "-Xlog:cds=off",
        "-Xlog:cds+dynamic=off",
        // Commands that fail load few classes; they leave no archive.
        "-Dtierkeeper.archive=true",
        "-cp",
        CLASS_PATH);
  }

  private static Path directory() {
    try {
      return Files.createDirectories(Path.of("target", "processes").toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String packed(String classPath) {
    List<String> jars = new ArrayList<>();
    for (String element : classPath.split(File.pathSeparator, -1)) {
      if (!Files.isDirectory(Path.of(element))) {
        jars.add(element);
        continue;
      }
      if (element.isEmpty()) {
        continue; // the working directory
      }
      String jar = directory().resolve("classes" + jars.size() + ".jar").toString();
      int code = ToolProvider.findFirst("jar")
          .orElseThrow()
          .run(System.out, System.err, "-c", "-0", "-M", "-f", jar, "-C", element, ".");
      if (code != 0) {
        throw new IllegalStateException("packing " + element + " ended with " + code);
      }
      jars.add(jar);
    }
    return String.join(File.pathSeparator, jars);
  }
}
