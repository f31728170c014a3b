package io.tierkeeper.cli.load;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.load.mapping.Mapping;
import io.tierkeeper.load.source.CellType;
import io.tierkeeper.load.source.Format;
import io.tierkeeper.load.source.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which fields of a file are what. */
final class MappingOptions {

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "Format of the file: jsonl, csv, parquet or npy; default: by the ending of its name, jsonl for standard input.")
  @Nullable
  Format format;

  @Option(
      names = "--id",
      paramLabel = "FIELD",
      description =
          "Field with the id of the point, an integer or a UUID; default: an id is derived from the tenant and the whole row.")
  @Nullable
  String id;

  @Option(
      names = "--id-from",
      paramLabel = "FIELD",
      split = ",",
      description =
          "Derive the id from the tenant and these fields instead, so that a later version of a row replaces it.")
  List<String> idFrom = List.of();

  @Option(
      names = "--tenant",
      paramLabel = "FIELD",
      description = "Field with the tenant; default: the collection's tenant field.")
  @Nullable
  String tenant;

  @Option(names = "--tenant-value", paramLabel = "TENANT", description = "The tenant of all rows.")
  @Nullable
  String tenantValue;

  @Option(
      names = "--vector",
      paramLabel = "[NAME=]FIELD",
      description =
          "Field with a vector, of the named vector NAME; FIELD* for one column for each dimension, with its number at the end; can be repeated; default: vector.")
  List<String> vectors = List.of();

  @Option(
      names = "--payload",
      paramLabel = "FIELD",
      split = ",",
      description = "Fields that become payload; default: all that are not mapped otherwise.")
  List<String> payload = List.of();

  @Option(
      names = "--payload-object",
      paramLabel = "FIELD",
      description = "Field with an object that is the payload.")
  @Nullable
  String payloadObject;

  @Option(
      names = "--payload-file",
      paramLabel = "FILE",
      description =
          "With a .npy file: JSONL, CSV or Parquet file with the other fields, a row for each row of the array.")
  @Nullable
  Path payloadFile;

  @Option(
      names = "--types",
      paramLabel = "FIELD=TYPE",
      split = ",",
      description = "Types of CSV columns: text (default), integer, number, boolean or json.")
  Map<String, CellType> types = Map.of();

  /** The mapping that was given. */
  Mapping mapping() {
    exclusive("--id", id != null, "--id-from", !idFrom.isEmpty());
    exclusive("--tenant", tenant != null, "--tenant-value", tenantValue != null);
    exclusive("--payload", !payload.isEmpty(), "--payload-object", payloadObject != null);
    return new Mapping(
        id,
        List.copyOf(idFrom),
        tenant,
        tenantValue,
        vectorFields(),
        List.copyOf(payload),
        payloadObject);
  }

  /** @param file null for standard input */
  Source source(@Nullable Path file) {
    Set<String> fields = new LinkedHashSet<>();
    for (String field : vectorFields().values()) {
      fields.add(field);
      int dot = field.indexOf('.');
      fields.add(dot > 0 ? field.substring(0, dot) : field);
    }
    Format of = format == null ? formatOf(file) : format;
    if ((payloadFile == null) == (of == Format.NPY)
        && !(payloadFile == null && tenantValue != null)) {
      throw new UsageException(
          payloadFile == null
              ? "FILE '" + file
                  + "': a .npy file has no tenants; give --payload-file, or --tenant-value for one tenant"
              : "--payload-file is for .npy files; FILE is " + of.name().toLowerCase(Locale.ROOT));
    }
    if (of == Format.NPY && vectorFields().size() > 1) {
      throw new UsageException("--vector: a .npy file has one vector");
    }
    requireCsv(of);
    Source payload = payloadFile == null
        ? null
        : new Source(
            readable("--payload-file", payloadFile), formatOf(payloadFile), Set.of(), types, null);
    return new Source(file, of, fields, types, payload);
  }

  private void requireCsv(Format format) {
    boolean csv =
        format == Format.CSV || (payloadFile != null && formatOf(payloadFile) == Format.CSV);
    if (!types.isEmpty() && !csv) {
      throw new UsageException("--types is for CSV; other formats have types of their own");
    }
  }

  /** @throws UsageException if it is not a file that can be read */
  static Path readable(String what, Path path) {
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw new UsageException(what + " '" + path + "' is not a file that can be read");
    }
    return path;
  }

  private static Format formatOf(@Nullable Path file) {
    return file == null
        ? Format.JSONL
        : Format.of(file.getFileName().toString())
            .orElseThrow(
                () -> new UsageException(
                    "FILE '" + file
                        + "': its name does not say its format; give --input-format jsonl, csv, parquet or npy"));
  }

  private Map<String, String> vectorFields() {
    if (vectors.isEmpty()) {
      return Mapping.USUAL.vectors();
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (String each : vectors) {
      int equals = each.indexOf('=');
      String name = equals < 0 ? "" : each.substring(0, equals);
      String field = each.substring(equals + 1);
      if (field.isEmpty() || fields.put(name, field) != null) {
        throw new UsageException("--vector '" + each
            + "': allowed is one FIELD, or NAME=FIELD once for each named vector");
      }
    }
    return fields;
  }

  private static void exclusive(String one, boolean hasOne, String other, boolean hasOther) {
    if (hasOne && hasOther) {
      throw new UsageException(one + " and " + other + " exclude each other");
    }
  }
}
