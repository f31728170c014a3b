package io.tierkeeper.example.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.rag.Retrieval;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example as its users run it. */
class RagExampleTest {

  @Test
  @Timeout(120)
  void answersWhileTheTenantIsPromoted() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    RagExample.Outcome outcome;
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      outcome = RagExample.run(System.getenv(), out);
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    assertThat(RagExample.texts(outcome.before()).get(0))
        .startsWith("Goods can be returned within 30 days");
    assertThat(outcome.asked()).as(text).isGreaterThan(3);
    assertThat(outcome.same()).as(text).isEqualTo(outcome.asked());
    assertThat(RagExample.texts(outcome.after())).isEqualTo(RagExample.texts(outcome.before()));
    assertThat(RagExample.texts(outcome.other()))
        .first()
        .asString()
        .startsWith("Goods can be returned within 14 days");
    assertThat(outcome.before().order()).isEqualTo(Retrieval.Order.VECTOR);
    assertThat(text)
        .contains("Promotion of acme into a shard of its own:", " DONE")
        .contains("no model has written an answer. Order: vector, since no reranker is configured");
  }
}
