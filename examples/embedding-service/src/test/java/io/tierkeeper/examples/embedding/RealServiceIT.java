package io.tierkeeper.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** On three peers of a real Qdrant, where there is a binary (QDRANT_BIN, PATH). */
class RealServiceIT {

  @Test
  void storesReplacesAndChangesTheModel() throws Exception {
    Optional<Path> binary = LocalQdrant.binary(System.getenv());
    assumeTrue(binary.isPresent(), "no real Qdrant: set QDRANT_BIN, or put qdrant on PATH");
    try (LocalQdrant qdrant = LocalQdrant.start(binary.get())) {
      Map<String, String> environment =
          Rig.environment(qdrant.endpoints().getFirst().toString());
      environment.put("EMBEDDING_MODELS", "hash-a=64@mock,hash-b=96@mock");
      try (Rig rig = Rig.on(environment)) {
        rig.submit("acme", Kind.EMBED, "one", Rig.text("long", 3));
        rig.submit("other", Kind.EMBED, "two", Rig.text("long", 2));
        rig.submit("acme", Kind.MOCK, "one", Rig.text("mock", 1));
        rig.drain();
        assertThat(rig.points("acme", "embed", "one")).hasSize(3);
        rig.submit("acme", Kind.EMBED, "one", Rig.text("short", 1));
        rig.drain();
        assertThat(rig.points("acme", "embed", "one")).hasSize(1);
        assertThat(rig.search("acme", "sentence")).containsExactly("one");
        assertThat(rig.search("other", "sentence")).containsExactly("two");

        rig.parts().client().forTenant("other").deleteAll();
        rig.restart("EMBEDDING_MODEL", "hash-b");
        assertThat(rig.parts().change().step().enqueued()).isEqualTo(2);
        rig.drain();
        assertThat(rig.parts().change().step().switched()).isTrue();
        assertThat(rig.search("acme", "sentence")).containsExactly("one");
        assertThat(rig.search("other", "sentence"))
            .as("its points were missing")
            .containsExactly("two");
        assertThat(rig.points("acme", "embed", "one").getFirst().vectors())
            .containsOnlyKeys("hash-a", "hash-b");
        assertThat(rig.points("acme", "mock", "one").getFirst().vectors()).containsOnlyKeys("mock");
      }
    }
  }
}
