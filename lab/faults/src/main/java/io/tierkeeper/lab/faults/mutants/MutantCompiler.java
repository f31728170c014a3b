package io.tierkeeper.lab.faults.mutants;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles changed sources in memory, against the class path of this process. */
final class MutantCompiler {

  private MutantCompiler() {}

  /**
   * Class files by the names of their classes, nested ones included.
   *
   * @param name of the mutant, for messages
   * @param sources by the names of their classes
   * @throws IllegalStateException where they do not compile, or this process has no compiler
   */
  static Map<String, byte[]> compile(String name, Map<String, String> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException("mutants need a JDK; this Java has no compiler");
    }
    Map<String, Output> outputs = new HashMap<>();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager standard =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      JavaFileManager files = new ForwardingJavaFileManager<JavaFileManager>(standard) {
        @Override
        public JavaFileObject getJavaFileForOutput(
            Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
          return outputs.computeIfAbsent(type, Output::new);
        }
      };
      List<JavaFileObject> inputs = sources.entrySet().stream()
          .<JavaFileObject>map(entry -> new Input(entry.getKey(), entry.getValue()))
          .toList();
      List<String> options = List.of(
          "-proc:none",
          "-nowarn",
          "-parameters",
          "-classpath",
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
      if (!compiler.getTask(messages, files, null, options, null, inputs).call()) {
        throw new IllegalStateException("mutant " + name + " does not compile: " + messages);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, byte[]> classes = new HashMap<>();
    outputs.forEach((type, output) -> classes.put(type, output.bytes.toByteArray()));
    return classes;
  }

  private static final class Input extends SimpleJavaFileObject {
    private final String text;

    Input(String type, String text) {
      super(URI.create("mutant:///" + type.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Output extends SimpleJavaFileObject {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Output(String type) {
      super(URI.create("mutant:///" + type.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
    }

    @Override
    public OutputStream openOutputStream() {
      return bytes;
    }
  }
}
