package io.tierkeeper.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.rag.tei.TeiBuilder;
import io.tierkeeper.rag.tei.TeiEmbeddingModel;
import io.tierkeeper.rag.tei.TeiScoringModel;
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

/** The examples in Javadoc and on the page for users compile, as Java 17; the page's tables have the defaults of the code. */
class ExamplesTest {

  private static final Path PAGE = Path.of("..", "docs", "rag.md");
  private static final Pattern IN_JAVADOC =
      Pattern.compile("(?s)<pre>\\{@code\\s*\n(.*?)\n\\s*\\*?\\s*\\}</pre>");
  private static final Pattern ON_PAGE = Pattern.compile("(?s)```java\n(.*?)```");

  private static final String FRAME = """
      import dev.langchain4j.data.document.Metadata;
      import dev.langchain4j.data.segment.TextSegment;
      import dev.langchain4j.model.embedding.EmbeddingModel;
      import dev.langchain4j.model.scoring.ScoringModel;
      import dev.langchain4j.rag.query.Query;
      import dev.langchain4j.store.embedding.filter.MetadataFilterBuilder;
      import io.tierkeeper.client.*;
      import io.tierkeeper.rag.*;
      import io.tierkeeper.rag.tei.*;
      import java.time.Duration;
      import java.util.List;

      class Example%d {
        TenantClient client;
        EmbeddingModel embeddingModel;
        List<TextSegment> segments;

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
    List<Source> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        Matcher matcher = IN_JAVADOC.matcher(Files.readString(file));
        while (matcher.find()) {
          sources.add(
              new Source(sources.size(), matcher.group(1).replaceAll("(?m)^\\s*\\* ?", "")));
        }
      }
    }
    int inJavadoc = sources.size();
    Matcher matcher = ON_PAGE.matcher(Files.readString(PAGE));
    while (matcher.find()) {
      sources.add(new Source(sources.size(), matcher.group(1)));
    }
    assertThat(inJavadoc).isGreaterThanOrEqualTo(4);
    assertThat(sources).hasSizeGreaterThan(inJavadoc);
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

  @Test
  void thePageHasTheDefaults() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains(
            "| `candidates` | " + TenantContentRetriever.DEFAULT_CANDIDATES + " | 1 to 1,000 |")
        .contains("| `oversampling` | " + TenantContentRetriever.DEFAULT_OVERSAMPLING + " | 1 to "
            + TenantContentRetriever.MAX_OVERSAMPLING + " |")
        .contains("| `scoreThreshold` | " + TenantContentRetriever.DEFAULT_SCORE_THRESHOLD + " |")
        .contains("| `results` | " + TenantContentRetriever.DEFAULT_RESULTS + " |")
        .contains("| unnamed, `" + TenantEmbeddingStore.DEFAULT_TEXT_FIELD + "` |")
        .contains("| " + TeiEmbeddingModel.DEFAULT_TIMEOUT.toSeconds()
            + " s to embed, "
            + TeiScoringModel.DEFAULT_TIMEOUT.toSeconds() + " s to rerank |")
        .contains("| `batchSize` | " + TeiBuilder.DEFAULT_BATCH_SIZE + " |")
        .contains("| `maxAttempts` | " + TeiBuilder.DEFAULT_MAX_ATTEMPTS + " |")
        .contains("| `backOff` | " + TeiBuilder.DEFAULT_FIRST_BACK_OFF.toMillis()
            + " ms, doubling to "
            + TeiBuilder.DEFAULT_MAX_BACK_OFF.toSeconds() + " s |");
  }
}
