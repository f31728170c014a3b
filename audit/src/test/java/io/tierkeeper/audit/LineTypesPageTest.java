package io.tierkeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps the page with the types of lines equal to the schemas; {@code -Ddocs.write=true} writes it. */
class LineTypesPageTest {

  private static final Path PAGE = Path.of("../docs/audit-types.md");
  private static final String REMEDY =
      "write it again with: mvn -pl audit -am test -Dtest=LineTypesPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true";

  @Test
  void thePageHasEveryTypeWithItsFields() throws IOException {
    String page = LineTypesPage.page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as(REMEDY).exists();
    assertThat(Files.readString(PAGE)).as(REMEDY).isEqualTo(page);
  }

  @Test
  void everyFieldOfTheSchemasHasADescription() throws IOException {
    assertThat(LineTypesPage.undescribed()).isEmpty();
  }
}
