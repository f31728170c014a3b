package io.tierkeeper.audit.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;

/** The first two key pairs of RFC 8032, 7.1, as files that OpenSSL would write; for the tests of every module. */
public final class SampleKeys {

  public static final String FIRST_SEED =
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  public static final String FIRST_PUBLIC =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  public static final String SECOND_SEED =
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
  public static final String SECOND_PUBLIC =
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

  private static final String PKCS8 = "302e020100300506032b657004220420";
  private static final String SPKI = "302a300506032b6570032100";

  private SampleKeys() {}

  /** A file with the private key of this seed. */
  public static Path privateKey(Path directory, String seed) {
    return pem(directory.resolve(seed.substring(0, 4) + ".key"), "PRIVATE KEY", PKCS8 + seed);
  }

  /** A file with this public key. */
  public static Path publicKey(Path directory, String point) {
    return pem(directory.resolve(point.substring(0, 4) + ".pub"), "PUBLIC KEY", SPKI + point);
  }

  static Path pem(Path file, String label, String hex) {
    byte[] der = HexFormat.of().parseHex(hex);
    try {
      return Files.writeString(
          file,
          "-----BEGIN " + label + "-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END "
              + label + "-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static AuditSigningKey signing(Path directory, String seed) {
    try {
      return AuditSigningKey.read(privateKey(directory, seed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
