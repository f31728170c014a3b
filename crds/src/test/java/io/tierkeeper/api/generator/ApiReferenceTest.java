package io.tierkeeper.api.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps the page with all fields equal to the CRDs; {@code -Dcrds.write=true} writes it. */
class ApiReferenceTest {

  private static final Path PAGE = Path.of("../docs/api-reference.md");
  private static final String REMEDY =
      "write it again with: mvn -pl crds -am test -Dtest=ApiReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dcrds.write=true";

  @Test
  void thePageSaysWhatTheCrdsSay() throws IOException {
    String page = ApiReference.page();
    if (Boolean.getBoolean("crds.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as(REMEDY).exists();
    assertThat(Files.readString(PAGE)).as(REMEDY).isEqualTo(page);
  }
}
