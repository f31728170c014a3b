package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in Javadoc and on the page for users compile, as Java 17. */
class ExamplesTest {

  private static final Pattern JAVADOC =
      Pattern.compile("(?s)<pre>\\{@code\\s*\n(.*?)\n\\s*\\*?\\s*\\}</pre>");
  private static final Pattern PAGE = Pattern.compile("(?s)```java\n(.*?)```");

  private static final String FRAME = """
      import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
      import io.qdrant.client.ConditionFactory;
      import io.qdrant.client.grpc.Common.Filter;
      import io.tierkeeper.client.*;
      import io.tierkeeper.client.micrometer.MicrometerListener;
      import java.util.List;
      import java.util.Map;

      class Example%d {
        TenantClient client;
        float[] vector;

        void example() throws Exception {
      %s
        }
      }
      """;

  private record Source(int number, String code) {
    JavaFileObject file() {
      return new SimpleJavaFileObject(
          URI.create("string:///Example" + number + ".java"), JavaFileObject.Kind.SOURCE) {
        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
          return FRAME.formatted(number, code);
        }
      };
    }
  }

  private static List<Source> examples() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        Matcher matcher = JAVADOC.matcher(Files.readString(file));
        while (matcher.find()) {
          found.add(matcher.group(1).replaceAll("(?m)^\\s*\\* ?", ""));
        }
      }
    }
    assertThat(found).hasSizeGreaterThanOrEqualTo(5);
    int inJavadoc = found.size();
    for (Path page : List.of(PointIdsTest.PAGE, Path.of("DESIGN.md"))) {
      Matcher matcher = PAGE.matcher(Files.readString(page));
      while (matcher.find()) {
        found.add(matcher.group(1));
      }
    }
    assertThat(found).hasSizeGreaterThanOrEqualTo(inJavadoc + 4);
    List<Source> sources = new ArrayList<>();
    found.forEach(code -> sources.add(new Source(sources.size(), code)));
    return sources;
  }

  @Test
  void compile(@TempDir Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    boolean compiled = compiler
        .getTask(
            null,
            null,
            problems,
            List.of(
                "--release",
                "17",
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path")),
            null,
            examples().stream().map(Source::file).toList())
        .call();
    assertThat(compiled).as("%s", problems.getDiagnostics()).isTrue();
  }
}
