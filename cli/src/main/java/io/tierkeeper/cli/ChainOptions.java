package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditPublicKey;
import io.tierkeeper.audit.chain.CheckpointSignature;
import io.tierkeeper.audit.file.AuditFiles;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How strictly the chain of a trail is verified. */
public final class ChainOptions {

  @Option(
      names = "--checkpoint",
      paramLabel = "SIZE:HASH|JSON",
      description =
          "Checkpoint stored elsewhere, such as TieredCollection.status.audit.checkpoint in JSON; detects a truncated trail.")
  @Nullable
  String checkpoint;

  @Option(
      names = "--public-key",
      paramLabel = "PEM",
      description = "Ed25519 public key that signs checkpoints; repeat for each key ever used.")
  List<Path> publicKeys = new ArrayList<>();

  @Option(
      names = "--require-signatures",
      description =
          "Fail if a checkpoint has no signature, or if no signed checkpoint covers the lines; needs --public-key.")
  boolean requireSignatures;

  @Option(
      names = "--collection",
      paramLabel = "NAMESPACE/NAME",
      description = "Fail if it is not the trail of this TieredCollection.")
  @Nullable
  String collection;

  /** Whether signatures can be verified. */
  boolean hasKeys() {
    return !publicKeys.isEmpty();
  }

  /**
   * The files of each trail among files and directories, each trail in writing order.
   *
   * @throws UsageException naming what cannot be read
   */
  static Map<String, List<Path>> trails(List<Path> files) throws IOException {
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new UsageException("FILE " + file + " must be a readable file or directory");
      }
    }
    try {
      return AuditFiles.trails(files);
    } catch (IllegalArgumentException e) {
      throw new UsageException("FILE " + e.getMessage());
    }
  }

  /**
   * Verifies trails up to the first fault.
   *
   * @throws UsageException naming an option that cannot be used
   */
  AuditReport verify(List<Path> files) throws IOException {
    int trails = trails(files).size();
    List<AuditPublicKey> keys = new ArrayList<>();
    for (Path file : publicKeys) {
      keys.add(publicKey(file));
    }
    if (requireSignatures && keys.isEmpty()) {
      throw new UsageException("--require-signatures needs --public-key");
    }
    if (checkpoint != null && trails != 1) {
      throw new UsageException("--checkpoint " + checkpoint + " belongs to one trail, but files of "
          + trails + " were given");
    }
    return AuditVerifier.verify(
        files,
        checkpoint == null ? null : parse(checkpoint),
        keys,
        requireSignatures,
        collection == null ? null : stream(collection));
  }

  private static AuditPublicKey publicKey(Path file) {
    try {
      return AuditPublicKey.read(file);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--public-key " + file
          + " must be a file with an Ed25519 public key in PEM; " + e.getMessage());
    } catch (IOException e) {
      throw new UsageException("--public-key " + file + " must be a readable file");
    }
  }

  private static AuditStream stream(String collection) {
    String[] parts = collection.split("/", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new UsageException(
          "--collection " + collection + " must be NAMESPACE/NAME of a TieredCollection");
    }
    return AuditStream.of(parts[0], parts[1]);
  }

  private static AuditCheckpoint parse(String text) {
    return text.stripLeading().startsWith("{") ? parseJson(text) : parsePair(text);
  }

  private static AuditCheckpoint parseJson(String text) {
    try {
      JsonNode json = new ObjectMapper().readTree(text);
      if (!json.path("size").isIntegralNumber()) {
        throw new IllegalArgumentException("size is missing or not a whole number");
      }
      return new AuditCheckpoint(
          json.path("size").longValue(),
          json.required("headHash").asText(),
          Instant.parse(json.required("time").asText()),
          json.has("signature")
              ? new CheckpointSignature(
                  json.required("keyId").asText(), json.required("signature").asText())
              : null);
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw new UsageException("--checkpoint " + text
          + " must be JSON with size, headHash and time, as in TieredCollection.status.audit.checkpoint"
          + "; " + e.getMessage());
    }
  }

  private static AuditCheckpoint parsePair(String text) {
    String[] parts = text.split(":", 2);
    try {
      return new AuditCheckpoint(Long.parseLong(parts[0]), parts[1], Instant.EPOCH);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new UsageException("--checkpoint " + text
          + " must be SIZE:sha256:HASH, a number of lines and 64 hexadecimal digits");
    }
  }
}
