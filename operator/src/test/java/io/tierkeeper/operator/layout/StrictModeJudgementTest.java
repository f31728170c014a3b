package io.tierkeeper.operator.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.StrictMode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which strict modes are served, and what is said of the others. */
class StrictModeJudgementTest {

  private static final Map<String, IndexedField> INDEXES =
      Map.of("group_id", new IndexedField("keyword", true));
  private static final OptionalLong NONE = OptionalLong.empty();

  @Test
  void servesACollectionWithoutStrictMode() {
    assertThat(judge(StrictMode.OFF, INDEXES)).isEmpty();
  }

  @Test
  void namesFiltersOnUnindexedFields() {
    StrictMode cloud = new StrictMode(false, false, true, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
    Finding finding = judge(cloud, INDEXES).orElseThrow();
    assertThat(finding.reason()).isEqualTo(Reasons.STRICT_MODE_TOO_STRICT);
    assertThat(finding.message())
        .contains(
            "unindexed_filtering_retrieve is false, required: true, or a keyword index on field tierkeeper_move",
            "unindexed_filtering_update is false, required: true");
  }

  @Test
  void servesReadsOfIndexedFieldsIfTheMarkIsIndexed() {
    StrictMode reads = new StrictMode(false, true, true, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
    assertThat(judge(reads, INDEXES)).isPresent();
    assertThat(judge(
            reads,
            Map.of(
                "group_id", new IndexedField("keyword", true),
                "tierkeeper_move", new IndexedField("keyword", false))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "search_allow_exact, 0, true",
    "max_query_limit, 255, 256",
    "max_timeout, 8, 9",
    "filter_max_conditions, 63, 64",
    "condition_max_size, 999, 1000",
    "upsert_max_batchsize, 255, 256",
    "read_rate_limit, 60, 6000",
    "write_rate_limit, 5999, 6000"
  })
  void namesTheOptionAndWhatIsRequired(String option, long value, String required) {
    assertThat(judge(with(option, value), INDEXES).orElseThrow().message())
        .contains(option + " is", "required: " + required);
    if (!required.equals("true")) {
      assertThat(judge(with(option, Long.parseLong(required)), INDEXES)).isEmpty();
    }
  }

  private static StrictMode with(String option, long value) {
    return new StrictMode(
        true,
        true,
        !option.equals("search_allow_exact"),
        limit("max_query_limit", option, value),
        limit("max_timeout", option, value),
        limit("filter_max_conditions", option, value),
        limit("condition_max_size", option, value),
        limit("upsert_max_batchsize", option, value),
        limit("read_rate_limit", option, value),
        limit("write_rate_limit", option, value));
  }

  private static OptionalLong limit(String name, String option, long value) {
    return name.equals(option) ? OptionalLong.of(value) : NONE;
  }

  private static Optional<Finding> judge(StrictMode mode, Map<String, IndexedField> indexes) {
    return StrictModeJudgement.of(
        new CollectionDescription("kb", true, 1, 1, indexes, 10, mode), 1000);
  }
}
