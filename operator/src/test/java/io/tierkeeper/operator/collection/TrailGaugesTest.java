package io.tierkeeper.operator.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.connection.QdrantConnections;
import io.tierkeeper.operator.metrics.OperatorMeters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gauges of a trail show, in particular while it is broken. */
class TrailGaugesTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Instant now = Instant.parse("2026-11-21T00:00:00Z");

  @Test
  void showThatATrailCannotBeOpenedAndThatItFailsLater() throws Exception {
    Path place = Files.writeString(directory.resolve("audit"), "a file where a directory belongs");
    TieredCollection collection = Serialization.unmarshal(
        "metadata: {name: kb, namespace: default, uid: u}\nspec: {collection: c}\n",
        TieredCollection.class);
    try (KubernetesClient client = new KubernetesClientBuilder().build();
        CollectionRuntimes runtimes = runtimes(client, place)) {
      assertThatThrownBy(() -> runtimes.trail(collection))
          .isInstanceOf(AuditUnavailableException.class);
      assertThat(gauge("healthy")).isZero();
      assertThat(gauge("files")).isZero();
      Files.delete(place);
      now = now.plusSeconds(5);
      OpenTrail trail = runtimes.trail(collection);
      append(trail, 1);
      assertThat(gauge("healthy")).isEqualTo(1);
      assertThat(gauge("files")).isEqualTo(1);
      assertThat(gauge("bytes")).isGreaterThan(100);
      assertThat(gauge("free.bytes")).isPositive();

      Path aside = Files.move(place, directory.resolve("aside"));
      assertThatThrownBy(() -> append(trail, 2)).isInstanceOf(AuditUnavailableException.class);
      assertThat(gauge("healthy")).isZero();
      assertThat(gauge("free.bytes")).isNaN();
      Files.move(aside, place);
      now = now.plusSeconds(5);
      assertThat(runtimes.trail(collection).healthy()).isTrue();
      assertThat(gauge("healthy")).isEqualTo(1);
      assertThat(gauge("files")).isEqualTo(2);

      runtimes.forget("default", "kb");
      assertThat(registry.find("tierkeeper.audit.bytes").gauges()).isEmpty();
    }
  }

  private double gauge(String name) {
    return registry
        .get("tierkeeper.audit." + name)
        .tag("collection", "default/kb")
        .gauge()
        .value();
  }

  private void append(OpenTrail trail, int k) {
    trail.append(
        new AuditEvent(
            AuditEvent.id("u", "e", k, "recorded"),
            "policy/p",
            now,
            new UnreadableData(AuditType.POLICY, "empty", JsonNodeFactory.instance.objectNode())),
        Durability.BEFORE_MUTATION);
  }

  private CollectionRuntimes runtimes(KubernetesClient client, Path place) {
    OperatorOptions options = OperatorOptions.defaults()
        .withInstance("one")
        .withLeaderElection(LeaderElection.disabled())
        .withAuditDirectory(place)
        .withClock(() -> now);
    return new CollectionRuntimes(
        new QdrantConnections(client, options.qdrant()),
        new AuditTrails(options),
        Leadership.always(),
        () -> 1,
        new OperatorMeters(registry, () -> true),
        (namespace, name) -> {},
        options);
  }
}
