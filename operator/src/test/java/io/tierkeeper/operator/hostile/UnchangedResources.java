package io.tierkeeper.operator.hostile;

import static io.tierkeeper.operator.hostile.HostileWorld.object;
import static io.tierkeeper.operator.hostile.HostileWorld.yaml;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;

/** A good policy, collection and tenant beside the mutated ones, which must be evaluated all the time. */
@NullUnmarked
final class UnchangedResources {
  private static final String NAME = "bystander";
  private static final Duration LONGEST = Duration.ofSeconds(40);

  private final HostileWorld world;
  private final Findings findings;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicInteger evaluations = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();

  UnchangedResources(HostileWorld world, Findings findings) {
    this.world = world;
    this.findings = findings;
    world.createCollection(NAME);
    world.write(NAME, "acme", 30);
    world.write(NAME, "rest", 70);
    world.create(object("TierPolicy", NAME, yaml("""
        mode: Auto
        approval: {required: [], expiresAfter: 1h}
        mass: {minSamples: 1, staleAfter: 10m}
        promote: {aboveShare: "0.40", stabilizationWindow: 0s}
        demote: {belowShare: "0.20", stabilizationWindow: 0s}
        cooldown: {afterMove: 0s, afterAbort: 0s}
        limits: {maxConcurrentMoves: 10}
        retain: {sourceFor: 0s}
        dedicated: {replicationFactor: 1, placement: WithFallback}
        """)));
    world.create(
        object("TieredCollection", NAME, yaml("""
        qdrant: {endpoints: %s, restPort: 6333}
        collection: %s
        tenantKey: group_id
        fallbackShardKey: default
        policyRef: {name: %s}
        """.formatted(world.endpoints(NAME), NAME, NAME))));
    world.create(
        object("TenantTier", NAME, yaml("{collectionRef: {name: " + NAME + "}, tenant: acme}")));
  }

  Thread start() {
    return Thread.ofVirtual().start(() -> {
      try {
        do {
          evaluated();
        } while (!stop.await(500, TimeUnit.MILLISECONDS));
      } catch (InterruptedException | IOException | RuntimeException e) {
        findings.violation(NAME, null, "the operator does not answer: " + e);
      }
    });
  }

  private void evaluated() throws IOException, InterruptedException {
    long began = System.nanoTime();
    for (String kind : new String[] {"TieredCollection", "TenantTier"}) {
      String token = world.request(kind, NAME);
      if (!world.becomes(
          LONGEST,
          kind,
          NAME,
          found -> found.filter(object -> HostileWorld.answered(object, token)).isPresent())) {
        findings.violation(NAME, null, kind + " is not evaluated for " + LONGEST);
      }
    }
    slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
    evaluations.incrementAndGet();
    try (HttpClient http = HttpClient.newHttpClient()) {
      int code = http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + world.operator.httpPort() + "/healthz/live"))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
      if (code != 200) {
        findings.violation(NAME, null, "the probe answers " + code);
      }
    }
  }

  void stop() {
    stop.countDown();
  }

  /** After all that, a tenant still moves. */
  void moves() {
    world.merge("TenantTier", NAME, yaml("{spec: {tier: Dedicated}}"));
    if (!world.becomes(
        Duration.ofSeconds(60),
        "TenantTier",
        NAME,
        found -> found
            .filter(tenant -> tenant.at("/status/tier").asText().equals("Dedicated"))
            .isPresent())) {
      findings.violation(NAME, null, "does not move any more: " + world.get("TenantTier", NAME));
    }
    if (world.count(NAME, "acme") != 30) {
      findings.violation(NAME, null, "has " + world.count(NAME, "acme") + " of 30 points");
    }
  }

  int evaluations() {
    return evaluations.get();
  }

  Duration slowest() {
    return Duration.ofNanos(slowest.get());
  }
}
