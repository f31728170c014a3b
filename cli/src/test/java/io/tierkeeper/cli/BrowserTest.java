package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowserTest {

  @Test
  void takesTheFirstCommandOnThePath(@TempDir Path directory) throws Exception {
    Path one = Files.createDirectory(directory.resolve("one"));
    Path other = Files.createDirectory(directory.resolve("other"));
    String path = one + File.pathSeparator + File.pathSeparator + other;
    assertThat(Browser.command(path)).isEmpty();
    Path open = Files.createFile(one.resolve("open"));
    assertThat(Browser.command(path)).as("it cannot be run").isEmpty();
    assertThat(open.toFile().setExecutable(true)).isTrue();
    assertThat(Browser.command(path)).contains(open.toString());
    Path better = Files.createFile(other.resolve("xdg-open"));
    assertThat(better.toFile().setExecutable(true)).isTrue();
    assertThat(Browser.command(path)).contains(better.toString());
  }
}
