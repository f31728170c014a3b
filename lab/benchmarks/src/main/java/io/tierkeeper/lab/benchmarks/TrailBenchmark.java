package io.tierkeeper.lab.benchmarks;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.file.AuditWriter;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.evaluation.CollectionEvaluation;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.CollectionMoves;
import io.tierkeeper.evaluation.EvaluationInput;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.EvaluationRules;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.PenaltyValues;
import io.tierkeeper.evaluation.Restrictions;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.TenantIntent;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.history.EvaluationAudit;
import io.tierkeeper.evaluation.history.RestoredTrail;
import io.tierkeeper.evaluation.history.TrailState;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.qdrant.TenantId;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * How many bytes the audit trail of a collection has in a day, with one evaluation a minute that finds 100 tenants changed, and
 * with evaluations that find nothing changed; and how long a restart takes at the end of it.
 *
 * <p>The clock is virtual. Of collections whose day would take too long only the first evaluations are made, and the bytes of the
 * others are those of the last ones; Fulls are counted as the rule of the trail has them.
 */
public final class TrailBenchmark {

  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
  private static final int DAY = 1_440;
  private static final int CHANGED = 100;
  private static final int NAMED = 100;
  private static final AuditStream STREAM = AuditStream.of("data", "kb");

  private final int tenants;
  private final Random random = new Random(42);
  private final Path directory;
  private final Map<TenantId, TenantCount> counts = new HashMap<>();
  private final Map<TenantId, TenantTier> named = new HashMap<>();
  private final TieredCollection collection = Serialization.unmarshal("""
      metadata: {name: kb, namespace: data, uid: 6b2f0a52-6d0e-4c7a-9a53-0a4d6a0c3a11, generation: 1}
      spec: {collection: knowledge_base, tenantKey: group_id, fallbackShardKey: default}
      """, TieredCollection.class);
  private final TierPolicy policy = Serialization.unmarshal("""
      metadata: {name: standard, namespace: data, uid: 5f0c7a80-1f8e-4a64-8a0d-1f5f5c9f9d22, generation: 1}
      spec: {mode: Recommend}
      """, TierPolicy.class);
  private final Policy rules = Policy.read(policy);
  private Instant now = START;
  private CollectionMemory memory = CollectionMemory.EMPTY;

  private TrailBenchmark(int tenants, Path directory) {
    this.tenants = tenants;
    this.directory = directory;
    for (int i = 0; i < tenants; i++) {
      long points = Math.max(1, Math.round(1e8 * Math.pow(i + 1.0, -0.99)));
      counts.put(tenant(i), new TenantCount(points, i < 20, true));
    }
    for (int i = 0; i < Math.min(NAMED, tenants); i++) {
      named.put(
          tenant(i), Serialization.unmarshal("""
          metadata: {name: kb-%d, namespace: data, uid: 0f1d7c1e-0000-4000-8000-%012d, generation: 1}
          spec: {collectionRef: {name: kb}, tenant: '%s'}
          """.formatted(i, i, tenant(i)), TenantTier.class));
    }
  }

  private static TenantId tenant(int i) {
    return TenantId.of("tenant-%07d".formatted(i));
  }

  /** Prints a line for each number of tenants; the arguments are numbers of tenants and, after a colon, of evaluations. */
  public static void main(String[] args) throws IOException {
    System.out.printf(
        "%9s %11s %10s %12s %10s %9s %9s %9s%n",
        "tenants",
        "evaluations",
        "lines/day",
        "bytes/day",
        "at rest",
        "one Full",
        "longest",
        "restart");
    for (String each : args.length == 0
        ? List.of("1000:1440", "10000:1440", "100000:240", "1000000:6")
        : List.of(args)) {
      String[] parts = each.split(":", 2);
      Path directory = Files.createTempDirectory("trail");
      try {
        new TrailBenchmark(Integer.parseInt(parts[0]), directory)
            .run(parts.length == 1 ? DAY : Integer.parseInt(parts[1]));
      } finally {
        try (Stream<Path> files = Files.list(directory)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
        }
        Files.delete(directory);
      }
    }
  }

  private void run(int evaluations) throws IOException {
    TrailState state = new TrailState(RestoredTrail.NONE);
    Size rest;
    Size first;
    Size all;
    Size full;
    try (JsonlAuditLog log = open()) {
      evaluate(log, state, true);
      first = size();
      for (int i = 0; i < evaluations; i++) {
        change();
        evaluate(log, state, i == 0);
      }
      log.tick();
      all = size();
      // With full windows.
      for (int i = evaluations; i < rules.parameters().window(); i++) {
        change();
        evaluate(log, state, false);
      }
      full = size();
      log.beginAgain();
      change();
      evaluate(log, state, false);
      full = size().minus(full);
      // The damped masses come to rest, and then a day has nothing to record.
      Size before = all;
      do {
        before = size();
        evaluate(log, state, false);
      } while (evaluations == DAY && size().bytes > before.bytes);
      for (int i = 0; i < 10; i++) {
        evaluate(log, state, false);
      }
      rest = size().minus(before);
    }
    long began = System.nanoTime();
    RestoredTrail restored = RestoredTrail.read(STREAM.files(directory));
    double seconds = (System.nanoTime() - began) / 1e9;
    if (!restored.composition().equals(state.composition())) {
      throw new IllegalStateException("the trail does not come to the state of its writer");
    }
    Size day = all.minus(first);
    // A day has one Full at its beginning, and those that the rule adds.
    double fulls = 1 + Math.floor(DAY / Math.max(60.0, 20_000_000.0 / tenants));
    double oneFull = (double) full.fullBytes / full.fulls;
    double perEvaluation = (double) (day.bytes - day.fullBytes) / evaluations;
    System.out.printf(
        Locale.ROOT,
        "%,9d %,11d %,10.0f %,12.0f %10s %,9.0f %,9d %8.1fs%n",
        tenants,
        evaluations,
        (double) day.lines / evaluations * DAY,
        perEvaluation * DAY + fulls * oneFull,
        evaluations == DAY ? "%,d".formatted(rest.bytes) : "-",
        oneFull,
        all.longest,
        seconds);
  }

  private JsonlAuditLog open() {
    return JsonlAuditLog.open(
        directory,
        STREAM,
        new AuditWriter("0.1.0", "tierkeeper-operator-5d9c7b6f4-x2x2x", 1),
        ((InstantSource) () -> now).withZone(ZoneOffset.UTC),
        AuditOptions.DEFAULTS.withOwnTimer(false));
  }

  /** The points of 100 tenants grow or shrink by up to five per cent. */
  private void change() {
    for (int i = 0; i < CHANGED; i++) {
      counts.computeIfPresent(
          tenant(random.nextInt(tenants)),
          (tenant, count) -> new TenantCount(
              Math.max(1, Math.round(count.points() * (0.95 + 0.1 * random.nextDouble())) + 1),
              count.dedicated(),
              true));
    }
  }

  private void evaluate(JsonlAuditLog log, TrailState state, boolean first) {
    now = now.plus(Duration.ofSeconds(first ? 1 : 60));
    EvaluationAudit trail = new EvaluationAudit(log, collection, rules, now, state);
    trail.policy(policy, memory.measurement() == null ? null : rules.hash());
    Map<TenantId, TenantIntent> intents = new HashMap<>();
    named.forEach((tenant, tier) -> intents.put(tenant, TenantIntents.intent(tier, tenant, rules)));
    WindowState open = new WindowState(true, null);
    EvaluationOutcome outcome = new CollectionEvaluation()
        .evaluate(new EvaluationInput(
            now,
            new EvaluationRules(rules.parameters(), rules.weighted(), rules.decisions()),
            TenantId.Kind.KEYWORD,
            intents,
            100,
            new Measurement(now, counts, 0),
            memory,
            new CollectionMoves(Map.of(), Map.of(), 0, MoveCosts.NONE),
            new Restrictions(
                List.of(), Map.of(Direction.PROMOTE, open, Direction.DEMOTE, open), null),
            PenaltyValues.NONE));
    memory = outcome.memory();
    trail.measurement(outcome);
    for (TenantVerdict verdict : outcome.verdicts().values()) {
      if (verdict.news()) {
        TenantTier tier = named.get(verdict.tenant());
        trail.decision(tier == null ? collection : tier, verdict, outcome, null, null);
      }
    }
    log.tick();
  }

  /** What a trail has: all lines, and of them those of Fulls. */
  private record Size(long lines, long bytes, int longest, long fullBytes, int fulls) {

    Size minus(Size before) {
      return new Size(
          lines - before.lines,
          bytes - before.bytes,
          longest,
          fullBytes - before.fullBytes,
          fulls - before.fulls);
    }
  }

  private Size size() throws IOException {
    long lines = 0;
    long bytes = 0;
    int longest = 0;
    long fullBytes = 0;
    int fulls = 0;
    for (Path file : STREAM.files(directory)) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
          line.append((char) b);
          if (b == '\n') {
            lines++;
            bytes += line.length();
            longest = Math.max(longest, line.length());
            if (line.indexOf("\"form\":\"Full\"") >= 0) {
              fullBytes += line.length();
              fulls += line.indexOf("\"part\":1,") >= 0 ? 1 : 0;
            }
            line.setLength(0);
          }
        }
      }
    }
    return new Size(lines, bytes, longest, fullBytes, fulls);
  }
}
