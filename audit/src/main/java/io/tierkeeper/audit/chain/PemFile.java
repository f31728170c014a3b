package io.tierkeeper.audit.chain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file that holds one block of PEM (RFC 7468); what is in it never gets into a message. */
final class PemFile {

  private static final int LARGEST = 1 << 16;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private PemFile() {}

  /**
   * The content of the only block.
   *
   * @param label such as {@code PRIVATE KEY}
   * @throws IllegalArgumentException when there is no such block, another one, or several; without the file's name
   */
  static byte[] read(Path file, String label) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IllegalArgumentException("it is larger than any key");
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      throw new IllegalArgumentException("it holds no PEM block -----BEGIN " + label + "-----");
    }
    if (!block.group(1).equals(label)) {
      throw new IllegalArgumentException(
          "it holds a PEM block " + block.group(1) + " where " + label + " belongs");
    }
    String base64 = block.group(2).replaceAll("\\s", "");
    if (block.find()) {
      throw new IllegalArgumentException("it holds more than one PEM block");
    }
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its PEM block is no Base64", e);
    }
  }
}
