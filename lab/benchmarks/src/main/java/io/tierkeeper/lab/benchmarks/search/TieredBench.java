package io.tierkeeper.lab.benchmarks.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.ProvisionSpec.Profile;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.scene.MoveDriver;
import io.tierkeeper.lab.scene.SceneMoves;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.operator.provision.ProvisionPlan;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.settings.Quantization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The collection that is searched: as {@code spec.provision} creates it, with a tenant that the move engine promotes. */
final class TieredBench implements AutoCloseable {
  static final String COLLECTION = "tierkeeper-bench-search";
  static final ShardKey FALLBACK = ShardKey.of("default");

  private static final int BATCH = 500;
  private static final int WRITERS = 4;
  private static final int HTTP_OK = 200;
  private static final Duration MAX_MOVE = Duration.ofMinutes(10);

  /** How long Qdrant may take to build the graphs of all segments. */
  private static final Duration MAX_OPTIMISATION = Duration.ofMinutes(10);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final QdrantCluster cluster;
  private final QdrantEndpoints endpoints;
  private final SearchClient client;
  private final boolean emulated;
  private final Scheduler scheduler = Scheduler.realTime();
  private final HttpClient http = HttpClient.newHttpClient();

  /** @param emulated whether there is no optimiser to wait for and no telemetry to read */
  TieredBench(
      QdrantCluster cluster, QdrantEndpoints endpoints, SearchClient client, boolean emulated) {
    this.cluster = cluster;
    this.endpoints = endpoints;
    this.client = client;
    this.emulated = emulated;
  }

  /** What the operator creates for a profile; its further indexes are those of the tags, see {@link #indexTags}. */
  static ProvisionPlan plan(String profile, int dimensions) {
    return ProvisionPlan.of(Objects.requireNonNull(Serialization.unmarshal(
        """
        collection: %s
        tenantKey: %s
        fallbackShardKey: %s
        provision:
          profile: %s
          vectorSize: %d
          payloadIndexes:
        %s
        """.formatted(
            COLLECTION,
            Corpus.TENANT_FIELD,
            FALLBACK,
            profile,
            dimensions,
            IntStream.range(0, Corpus.TAGS.size())
                .mapToObj(tag -> "  - {field: " + Corpus.tagField(tag, true) + ", type: Keyword}")
                .collect(Collectors.joining("\n"))),
        TieredCollectionSpec.class)));
  }

  /** Creates the collection anew with all points in the fallback. */
  void create(String profile, Corpus corpus) {
    ProvisionPlan plan = plan(profile, corpus.vector(0).length);
    QdrantWrites port = port();
    port.deleteCollection(COLLECTION);
    port.createCollection(new CollectionTemplate(COLLECTION, plan.settings(), Map.of()));
    port.createTenantIndex(COLLECTION, plan.tenantKey(), plan.tenantIndex());
    port.createShardKey(
        COLLECTION, new KeyTemplate(FALLBACK, port.status().peerId(), ReplicaState.ACTIVE));
    load(corpus);
    awaitOptimised(null);
  }

  /**
   * Indexes the tags. Qdrant adds links to the graph of a segment for values of an indexed field that many of its points have, so that
   * with these indexes the graphs before and after the promotion would differ by more than the promotion.
   */
  void indexTags(int dimensions) {
    plan(Profile.MultiTenant.name(), dimensions)
        .payloadIndexes()
        .forEach((field, type) -> port().createPayloadIndex(COLLECTION, field, type));
    awaitOptimised(null);
  }

  private void load(Corpus corpus) {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> batches = new ArrayList<>();
      for (int from = 0; from < corpus.size(); from += BATCH) {
        int first = from;
        batches.add(writers.submit(() -> port()
            .upsert(Upsert.of(
                COLLECTION,
                ShardSelector.key(FALLBACK),
                corpus.points(first, Math.min(first + BATCH, corpus.size()))))));
      }
      for (Future<?> batch : batches) {
        batch.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("points could not be written: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Promotes the big tenant to a dedicated shard key on the same peer, as the operator does.
   *
   * @return seconds until the move has ended, the old copy deleted
   */
  double promote() {
    Move move = new Move(
        "bench-search",
        "bench-search",
        "/namespaces/bench/tieredcollections/search",
        COLLECTION,
        Corpus.TENANT_FIELD,
        Corpus.BIG.tenant().kind(),
        Corpus.BIG.tenant(),
        FALLBACK,
        Direction.PROMOTE,
        SceneMoves.quick(DemotionStrategy.FREEZE, 1, MAX_MOVE));
    Progress.Finished end = MoveDriver.on(
            scheduler,
            new MoveEngine(cluster, new InMemoryAudit(), scheduler.clock(), Leadership.always()))
        .onStalled(stalled -> {
          throw new IllegalStateException(
              "the promotion requires manual intervention: " + stalled.message());
        })
        .timeout(MAX_MOVE)
        .build()
        .run(move);
    if (end.phase() != MovePhase.SUCCEEDED) {
      throw new IllegalStateException(
          "the promotion ended as " + end.phase() + ": " + end.message());
    }
    awaitOptimised(null);
    return end.report().duration().toMillis() / 1000.0;
  }

  /** Changes how all vectors are quantised, as {@code apply: Quantize} does. */
  void quantize(Quantization quantization) {
    port().changeQuantization(COLLECTION, quantization, Map.of());
    awaitOptimised(
        switch (quantization) {
          case Quantization.None none -> Segments.NONE;
          case Quantization.Scalar scalar -> "scalar";
          case Quantization.Binary binary -> "binary";
          default -> throw new IllegalArgumentException("not measured: " + quantization);
        });
  }

  /** @param quantization of all segments that the optimiser builds; null for any */
  private void awaitOptimised(@Nullable String quantization) {
    if (emulated) {
      return;
    }
    await(
        "the optimisation of collection " + COLLECTION,
        () -> client.isGreen()
            && (quantization == null
                || segments().shards().stream()
                    .allMatch(shard -> Set.of(quantization).containsAll(shard.quantizations()))));
  }

  private void await(String what, BooleanSupplier done) {
    long deadline = scheduler.nanoTime() + MAX_OPTIMISATION.toNanos();
    while (!done.getAsBoolean()) {
      if (scheduler.nanoTime() > deadline) {
        throw new IllegalStateException(
            what + " has not ended after " + MAX_OPTIMISATION + "; try fewer --points");
      }
      scheduler.sleep(POLL);
    }
  }

  /** The segments of all peers, and how many searches used a graph; nothing on the emulator. */
  Segments segments() {
    List<JsonNode> answers = new ArrayList<>();
    for (int peer = 0; !emulated && peer < endpoints.endpoints().size(); peer++) {
      answers.add(telemetry(peer));
    }
    return Segments.of(COLLECTION, answers);
  }

  private JsonNode telemetry(int peer) {
    URI grpc = endpoints.endpoints().get(peer);
    List<Integer> ports = endpoints.restPorts();
    URI address = URI.create(grpc.getScheme() + "://" + grpc.getHost() + ":"
        + ports.get(ports.size() == 1 ? 0 : peer) + "/telemetry?details_level=4");
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(endpoints.deadline());
    if (endpoints.apiKey() != null) {
      request.header("api-key", endpoints.apiKey());
    }
    try {
      HttpResponse<byte[]> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != HTTP_OK) {
        throw new IOException("status " + answer.statusCode());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(address + " did not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private QdrantWrites port() {
    return cluster.peers().getFirst();
  }

  @Override
  public void close() {
    http.close();
    port().deleteCollection(COLLECTION);
  }
}
