package io.tierkeeper.lab.testbed;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that a test runs in, whichever module's directory it was started from. */
public final class Checkout {

  private Checkout() {}

  /**
   * A file or directory of the checkout.
   *
   * @param path relative to the checkout's root
   * @throws IllegalStateException outside of a checkout
   */
  public static Path file(String path) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("charts")) && Files.isDirectory(at.resolve("crds"))) {
        return at.resolve(path);
      }
    }
    throw new IllegalStateException("no checkout around " + Path.of("").toAbsolutePath());
  }
}
