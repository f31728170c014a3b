package io.tierkeeper.operator.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.TierMove;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The fields that the JSON log has of a reconciliation. */
class LogFieldsTest {

  @Test
  void theFieldsAreThereWhileItLasts() {
    TierMove move = new TierMove();
    move.getMetadata().setNamespace("team");
    try (LogFields fields = LogFields.of(move, "kb").tenant("acme").move("kb-acme-promote-1a2b")) {
      assertThat(fields).isNotNull();
      assertThat(MDC.get("collection")).isEqualTo("team/kb");
      assertThat(MDC.get("tenant")).isEqualTo("acme");
      assertThat(MDC.get("move")).isEqualTo("kb-acme-promote-1a2b");
    }
    assertThat(MDC.get("collection")).isNull();
    assertThat(MDC.get("tenant")).isNull();
    assertThat(MDC.get("move")).isNull();
  }
}
