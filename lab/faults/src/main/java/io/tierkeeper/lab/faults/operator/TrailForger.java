package io.tierkeeper.lab.faults.operator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.chain.AuditPublicKey;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.file.AuditFiles;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/**
 * Writes trails anew, as an attacker can who has the files and can compute hashes, but has no key: the verification that requires
 * signatures must find each forgery, and nothing in the genuine trails.
 */
final class TrailForger {

  /** What is changed; all hashes are right afterwards. */
  private enum Forgery {
    /** No line says that the trail was signed. */
    WITHOUT_CHECKPOINTS,
    /** A line says something else; the checkpoints keep their signatures. */
    ANOTHER_LINE
  }

  private static final String SEQUENCE = "%020d";
  private static final JsonMapper JSON = new JsonMapper();

  private final AuditSigningKey signing;
  private final AuditPublicKey known;

  private TrailForger(AuditSigningKey signing, AuditPublicKey known) {
    this.signing = signing;
    this.known = known;
  }

  /** With a key pair of its own, which it does not use itself. */
  static TrailForger create() {
    try (TrailDirectory keys = TrailDirectory.create()) {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new TrailForger(
          AuditSigningKey.read(pem(keys, "PRIVATE KEY", pair.getPrivate())),
          AuditPublicKey.read(pem(keys, "PUBLIC KEY", pair.getPublic())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path pem(TrailDirectory directory, String label, Key key) throws IOException {
    return Files.writeString(
        directory.path().resolve(label),
        "-----BEGIN " + label + "-----\n"
            + Base64.getMimeEncoder().encodeToString(key.getEncoded()) + "\n-----END " + label
            + "-----\n");
  }

  /** The key that the operators sign with. */
  AuditSigningKey signing() {
    return signing;
  }

  /**
   * What is wrong with the verification of the trails in a directory.
   *
   * @param clocksRight whether checkpoints are as far apart as the lines say: a clock that was wrong looks like removed ones
   */
  List<String> findings(Path trails, SplittableRandom random, boolean clocksRight) {
    List<String> findings = new ArrayList<>();
    try {
      for (List<Path> files : AuditFiles.trails(List.of(trails)).values()) {
        List<ObjectNode> lines = lines(files);
        // Before the first checkpoint, which is due after ten minutes, nothing is signed.
        boolean signed = lines.stream().anyMatch(TrailForger::isCheckpoint);
        String genuine = fault(files, signed && clocksRight);
        if (!genuine.isEmpty()) {
          findings.add("audit: " + genuine.replace(trails.toString(), ""));
        }
        if (!signed) {
          continue;
        }
        for (Forgery forgery : Forgery.values()) {
          try (TrailDirectory forged = TrailDirectory.create()) {
            write(forged.path().resolve("forged.jsonl"), forged(lines, forgery, random));
            if (fault(List.of(forged.path()), true).isEmpty()) {
              findings.add("a trail that was written anew passes the verification: " + forgery);
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return findings;
  }

  private String fault(List<Path> trail, boolean signed) throws IOException {
    AuditReport report = AuditVerifier.verify(trail, null, List.of(known), signed, null);
    return report.ok() ? "" : String.valueOf(report.fault());
  }

  private static List<ObjectNode> lines(List<Path> files) throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    for (Path file : files) {
      boolean packed = file.toString().endsWith(".gz");
      try (BufferedReader text = new BufferedReader(new InputStreamReader(
          packed ? new GZIPInputStream(Files.newInputStream(file)) : Files.newInputStream(file),
          StandardCharsets.UTF_8))) {
        for (String line = text.readLine(); line != null; line = text.readLine()) {
          lines.add((ObjectNode) JSON.readTree(line));
        }
      }
    }
    return lines;
  }

  private static List<ObjectNode> forged(
      List<ObjectNode> lines, Forgery forgery, SplittableRandom random) {
    List<ObjectNode> forged = new ArrayList<>();
    int changed = random.nextInt(lastCheckpoint(lines) + 1);
    for (int i = 0; i < lines.size(); i++) {
      ObjectNode line = lines.get(i).deepCopy();
      if (forgery == Forgery.WITHOUT_CHECKPOINTS && isCheckpoint(line)) {
        continue;
      }
      if (forgery == Forgery.ANOTHER_LINE && i == changed) {
        line.put("id", line.path("id").asText() + "+");
      }
      forged.add(line);
    }
    return forged;
  }

  /** The index of the last checkpoint: what follows it is not signed yet. */
  private static int lastCheckpoint(List<ObjectNode> lines) {
    int last = 0;
    for (int i = 0; i < lines.size(); i++) {
      last = isCheckpoint(lines.get(i)) ? i : last;
    }
    return Math.max(0, last - 1);
  }

  private static boolean isCheckpoint(ObjectNode line) {
    return line.path("type").asText().equals(AuditType.CHECKPOINT.eventType());
  }

  private static void write(Path file, List<ObjectNode> lines) throws IOException {
    String head = HashChain.GENESIS;
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < lines.size(); i++) {
        ObjectNode line = lines.get(i);
        line.remove(List.of("prevhash", "entryhash"));
        line.put("sequence", String.format(SEQUENCE, i + 1));
        HashChain.Line chained = HashChain.line(line, head);
        out.write(chained.bytes());
        head = chained.entryHash();
      }
    }
  }
}
