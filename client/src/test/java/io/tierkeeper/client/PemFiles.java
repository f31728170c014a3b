package io.tierkeeper.client;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate for 127.0.0.1 that is its own authority, with its key, as PEM files. */
record PemFiles(Path certificate, Path key) {

  private static final String PASSWORD = "changeit";

  static PemFiles make(Path directory, String name) throws Exception {
    Path store = directory.resolve(name + ".p12");
    Path certificate = directory.resolve(name + ".crt");
    Path key = directory.resolve(name + ".key");
    keytool(
        store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=ip:127.0.0.1");
    keytool(store, "-exportcert", "-rfc", "-file", certificate.toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    byte[] encoded = keys.getKey("own", PASSWORD.toCharArray()).getEncoded();
    Files.writeString(
        key,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(encoded)
            + "\n-----END PRIVATE KEY-----\n");
    return new PemFiles(certificate, key);
  }

  /** Puts these files in the place of others. */
  void replace(PemFiles others) throws Exception {
    Files.copy(certificate, others.certificate, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(key, others.key, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "own", "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD, "-keystore", store.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(output);
    }
  }
}
