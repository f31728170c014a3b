package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a command prints its result: {@code -o} as in kubectl, and the spellings of earlier versions. */
public final class OutputOption {

  /** The formats that every command has. */
  public enum Format {
    TABLE,
    WIDE,
    JSON,
    YAML
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      converter = Named.class,
      description = "Output format: table (default), wide, json or yaml.")
  @Nullable
  Format output;

  @Option(names = "--format", hidden = true, converter = Named.class)
  @Nullable
  Format earlier;

  @Option(names = "--json", hidden = true)
  boolean json;

  /** The chosen format. */
  public Format format() {
    if (output != null) {
      return output;
    }
    if (json) {
      return Format.JSON;
    }
    return earlier == null ? Format.TABLE : earlier;
  }

  /** Whether the result is for programs. */
  public boolean structured() {
    return format() == Format.JSON || format() == Format.YAML;
  }

  /** Whether a table has more columns. */
  public boolean wide() {
    return format() == Format.WIDE;
  }

  /** Prints a result for programs: one line with the spelling {@code --json}, else indented. */
  public void print(PrintWriter out, Object result) throws JsonProcessingException {
    if (format() == Format.YAML) {
      yaml(out, result);
    } else if (output == null && json) {
      out.println(new ObjectMapper().writeValueAsString(result));
    } else {
      out.println(new ObjectMapper().writer(indented()).writeValueAsString(result));
    }
  }

  /** Prints a result as YAML. */
  public static void yaml(PrintWriter out, Object result) {
    out.print(Serialization.asYaml(result).replaceFirst("\\A---\\s*\\R", "").stripTrailing()
        + System.lineSeparator());
    out.flush();
  }

  /** As kubectl indents. */
  private static DefaultPrettyPrinter indented() {
    DefaultIndenter indenter = new DefaultIndenter("    ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return printer;
  }

  /** Reads a format; {@code text} is the earlier name of a table. */
  static final class Named implements ITypeConverter<Format> {
    @Override
    public Format convert(String text) {
      return text.equalsIgnoreCase("text")
          ? Format.TABLE
          : Arrays.stream(Format.values())
              .filter(format -> format.name().equalsIgnoreCase(text))
              .findFirst()
              .orElseThrow(() -> new TypeConversionException(
                  "'" + text.toLowerCase(Locale.ROOT) + "' is not table, wide, json or yaml"));
    }
  }
}
