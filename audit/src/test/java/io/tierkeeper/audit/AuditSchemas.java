package io.tierkeeper.audit;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The published schemas as a judge of lines, for the tests of every module that writes some. */
public final class AuditSchemas {

  private static final String FOLDER = "/io/tierkeeper/audit/schema/";
  private static final String EVENT = "urn:tierkeeper:audit:event-v1";
  private static final SchemaRegistry REGISTRY = registry();
  private static final Schema LINE = REGISTRY.getSchema(SchemaLocation.of(EVENT));

  /** What container runtimes pass on as one line, in bytes. */
  public static final int LONGEST_LINE = 16_384;

  private AuditSchemas() {}

  /** What is wrong with a line, one sentence each; empty when it fits. */
  public static List<String> faultsOfLine(String line) {
    return sentences(LINE.validate(line, InputFormat.JSON));
  }

  /** What is wrong with a payload, {@code actor} included, of this type. */
  public static List<String> faultsOfData(AuditType type, String data) {
    return sentences(
        REGISTRY.getSchema(SchemaLocation.of(type.dataSchema())).validate(data, InputFormat.JSON));
  }

  /** Fails when a whole line of any {@code .jsonl} file below a directory does not fit, naming file and line. */
  public static void assertAllValid(Path directory) throws IOException {
    List<String> faults = new ArrayList<>();
    Set<String> judged = new HashSet<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        String content = Files.readString(file, StandardCharsets.UTF_8);
        List<String> lines =
            content.substring(0, content.lastIndexOf('\n') + 1).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
          if (!judged.add(lines.get(i))) {
            continue;
          }
          int bytes = lines.get(i).getBytes(StandardCharsets.UTF_8).length + 1;
          if (bytes > LONGEST_LINE) {
            faults.add(file.getFileName() + " line " + (i + 1) + " has " + bytes + " bytes");
          }
          for (String fault : faultsOfLine(lines.get(i))) {
            faults.add(file.getFileName() + " line " + (i + 1) + ": " + fault);
          }
        }
      }
    }
    if (!faults.isEmpty()) {
      throw new AssertionError("Lines that do not fit their schema:\n" + String.join("\n", faults));
    }
  }

  private static List<String> sentences(List<Error> errors) {
    return errors.stream().map(Error::toString).toList();
  }

  private static SchemaRegistry registry() {
    Map<String, String> schemas = new HashMap<>();
    schemas.put(EVENT, read(FOLDER + "event-v1.json"));
    schemas.put("urn:tierkeeper:audit:common-v1", read(FOLDER + "common-v1.json"));
    for (AuditType type : AuditType.values()) {
      schemas.put(type.dataSchema(), read(type.schemaResource()));
    }
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(schemas));
  }

  private static String read(String resource) {
    try (InputStream in = AuditType.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new AssertionError("schema " + resource + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
