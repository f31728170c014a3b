package io.tierkeeper.api.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.ConditionTypes;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void everyConditionTypeHasAMeaning() throws Exception {
    List<String> declared = new ArrayList<>();
    for (Field field : ConditionTypes.class.getFields()) {
      declared.add(String.valueOf(field.get(null)));
    }
    assertThat(ApiReference.conditionTypes().keySet())
        .containsExactlyInAnyOrderElementsOf(declared);
  }
}
