package io.tierkeeper.evaluation.history;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.file.AuditWriter;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.evaluation.CollectionEvaluation;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.CollectionMoves;
import io.tierkeeper.evaluation.EvaluationInput;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.EvaluationRules;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.OpenMove;
import io.tierkeeper.evaluation.PenaltyValues;
import io.tierkeeper.evaluation.Restrictions;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.TenantIntent;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.ActivePause;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.LastMove;
import io.tierkeeper.governance.decision.MeasuredCost;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.MoveHistory;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.qdrant.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;

/**
 * A collection whose tenants grow, shrink, vanish and move at random, judged by the real evaluation and written down by
 * the real writer: evaluations that see nothing, nothing new, a restart, a pause, a new policy with or without penalty
 * terms of its own, tenants with weights, pins, values and thresholds of their own.
 */
@NullUnmarked
public final class RandomHistory {

  private static final Instant START = Instant.parse("2026-11-21T00:00:00.000000123Z");
  private static final int TENANTS = 9;

  private final Path directory;
  private final AuditOptions options;
  private final Random random;
  private final List<RecordedComposition> states = new ArrayList<>();

  /** One of its own, so that a seed that once found something still plays the same measurements. */
  private final Random costs;

  private final Map<TenantId, TenantCount> counts = new HashMap<>();
  private final Map<TenantId, OpenMove> open = new HashMap<>();
  private final Map<TenantId, MoveHistory> history = new HashMap<>();
  private final Map<TenantId, TenantTier> tiers = new LinkedHashMap<>();
  private final TieredCollection collection = yaml(TieredCollection.class, """
      metadata: {name: kb, namespace: data, uid: c0ffee, generation: 1}
      spec: {collection: knowledge_base, tenantKey: group_id, fallbackShardKey: default}
      """);
  private final Map<String, Map<String, String>> values = new HashMap<>();
  private Instant now = START;
  private JsonlAuditLog log;
  private CollectionMemory memory = CollectionMemory.EMPTY;
  private TrailState recorded = new TrailState(RestoredTrail.NONE);
  private Policy rules;
  private TierPolicy policy;
  private String hash;

  public RandomHistory(Path directory, long seed) {
    this(directory, seed, AuditOptions.DEFAULTS);
  }

  RandomHistory(Path directory, long seed, AuditOptions options) {
    this.directory = directory;
    this.options = options;
    random = new Random(seed);
    costs = new Random(~seed);
    policy(1);
    for (int i = 0; i < TENANTS; i++) {
      counts.put(
          tenant(i), new TenantCount(1 + random.nextInt(2000), random.nextInt(5) == 0, true));
      if (i < TENANTS / 2) {
        tiers.put(tenant(i), tier(i));
      }
    }
    open();
  }

  /** Plays so many evaluations and returns the lines that they left. */
  public List<AuditLine> play(int evaluations) throws IOException {
    for (int i = 0; i < evaluations; i++) {
      now = now.plusMillis(1 + random.nextInt(90_000));
      happen();
      evaluate();
    }
    log.close();
    return lines();
  }

  /** What the process remembered after each measurement line. */
  List<RecordedComposition> states() {
    return states;
  }

  private void happen() throws IOException {
    if (random.nextInt(3) == 0) {
      value();
    }
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 ->
        counts.replaceAll(
            (tenant, count) -> new TenantCount(random.nextInt(3000), count.dedicated(), true));
      case 4 -> counts.remove(tenant(random.nextInt(TENANTS)));
      case 5, 6 ->
        counts.put(
            tenant(random.nextInt(TENANTS)),
            new TenantCount(random.nextInt(100_000), random.nextBoolean(), true));
      case 7 -> begin(tenant(random.nextInt(TENANTS)));
      case 8 -> end();
      case 9 -> policy(rules.generation() + 1);
      case 10 -> {
        log.close();
        open();
        restart();
      }
      default -> {
        // All stays as it is.
      }
    }
  }

  private void restart() throws IOException {
    RestoredTrail restored = RestoredTrail.read(files());
    recorded = new TrailState(restored);
    memory = MemoryRestorer.restore(
        restored, List.copyOf(tiers.values()), rules, TenantId.Kind.KEYWORD, now);
  }

  private List<Path> files() throws IOException {
    return AuditStream.of("data", "kb").files(directory);
  }

  private void begin(TenantId tenant) {
    TenantCount count = counts.get(tenant);
    if (count != null && !open.containsKey(tenant)) {
      open.put(
          tenant,
          new OpenMove(
              "kb-" + tenant,
              count.dedicated() ? Direction.DEMOTE : Direction.PROMOTE,
              OpenMove.Stage.values()[random.nextInt(3)]));
    }
  }

  private void end() {
    open.forEach((tenant, move) -> {
      boolean done = random.nextBoolean();
      counts.computeIfPresent(
          tenant,
          (key, count) -> new TenantCount(
              count.points(), done == (move.direction() == Direction.PROMOTE), true));
      List<Instant> ended =
          new ArrayList<>(history.getOrDefault(tenant, MoveHistory.NONE).recent());
      ended.add(now);
      history.put(
          tenant,
          new MoveHistory(
              new LastMove(
                  move.direction(),
                  done ? LastMove.Outcome.SUCCEEDED : LastMove.Outcome.ABORTED,
                  now),
              ended));
    });
    open.clear();
  }

  private void evaluate() {
    EvaluationAudit trail = new EvaluationAudit(log, collection, rules, now, recorded);
    trail.policy(policy, hash);
    hash = rules.hash();
    Map<TenantId, TenantIntent> intents = new HashMap<>();
    tiers.forEach((tenant, tier) -> intents.put(tenant, TenantIntents.intent(tier, tenant, rules)));
    boolean blind = random.nextInt(6) == 0 && memory.measurement() != null;
    WindowState window = new WindowState(random.nextInt(4) > 0, now.plusSeconds(3600));
    EvaluationOutcome outcome = new CollectionEvaluation()
        .evaluate(new EvaluationInput(
            now,
            new EvaluationRules(rules.parameters(), rules.weighted(), rules.decisions()),
            TenantId.Kind.KEYWORD,
            intents,
            3,
            blind ? null : new Measurement(now.plusNanos(random.nextInt(5_000_000)), counts, 9),
            memory,
            new CollectionMoves(open, history, open.size(), costs()),
            new Restrictions(
                random.nextInt(5) == 0
                    ? List.of(new ActivePause(
                        "sre", "a \"reason\"", now.plusSeconds(60), Set.of(Direction.values())))
                    : List.of(),
                Map.of(Direction.PROMOTE, window, Direction.DEMOTE, window),
                random.nextInt(9) == 0 ? "a transfer of shard 3" : null),
            new PenaltyValues(values)));
    memory = outcome.memory();
    RecordedComposition before = recorded.composition();
    trail.measurement(outcome);
    if (recorded.composition() != before) {
      states.add(recorded.composition());
    }
    for (TenantVerdict verdict : outcome.verdicts().values()) {
      if (verdict.news()) {
        TenantTier named = tiers.get(verdict.tenant());
        trail.decision(named == null ? collection : named, verdict, outcome, null, null);
      }
    }
  }

  private void policy(long generation) {
    policy = yaml(TierPolicy.class, """
        metadata: {name: standard, namespace: data, uid: b0b, generation: %d}
        spec:
          mode: %s
          mass: {metric: %s, minSamples: %d, staleAfter: 10m}
          damping: {window: %d, varianceWeight: "%s"%s}
          promote: {aboveShare: "0.2", minPoints: 2500, match: Either, stabilizationWindow: 1m}
          demote: {belowShare: "0.05", stabilizationWindow: 2m}
          cooldown: {afterMove: 2m, afterAbort: 5m}
        %s""".formatted(
            generation,
            random.nextBoolean() ? "Auto" : "Recommend",
            random.nextBoolean() ? "Weighted" : "Points",
            1 + random.nextInt(3),
            random.nextInt(10),
            random.nextBoolean() ? "0.1" : "0.03",
            terms(),
            band()));
    rules = Policy.read(policy);
  }

  private String band() {
    return costs.nextInt(3) > 0
        ? ""
        : "  decision: CostBand\n  costBand: {promotionCost: \"0." + costs.nextInt(1, 99)
            + "\", demotionCost: \"0.05\", addMeasured: " + costs.nextBoolean() + "}\n";
  }

  private MoveCosts costs() {
    return new MoveCosts(cost(), cost());
  }

  private MeasuredCost cost() {
    return costs.nextBoolean()
        ? MeasuredCost.NONE
        : new MeasuredCost(1 + costs.nextInt(9), costs.nextDouble(), costs.nextDouble());
  }

  private String terms() {
    List<String> terms = new ArrayList<>(List.of(
        "{name: latency, from: {configMap: {name: m, key: k}}, tiers: [Fallback],"
            + " ramp: {zeroAt: \"200\", fullAt: \"20\", full: \"0." + random.nextInt(10) + "\"}}",
        "{name: privacy, from: {label: l}, tiers: [Fallback, Dedicated],"
            + " classes: [{name: high, penalty: \"0.3\"}, {name: low, penalty: \"0\"}],"
            + " otherwise: \"0.0" + random.nextInt(3) + "\"}",
        "{name: ceiling, from: {label: l2}, tiers: [Dedicated],"
            + " ramp: {zeroAt: \"100\", fullAt: \"0.5\", full: \"2\"}, otherwise: \"0.1\"}"));
    java.util.Collections.shuffle(terms, random);
    int count = random.nextInt(4);
    return count == 0 ? "" : ", penaltyTerms: [" + String.join(", ", terms.subList(0, count)) + "]";
  }

  private void value() {
    String term = List.of("latency", "privacy", "ceiling").get(random.nextInt(3));
    Map<String, String> byTenant = new HashMap<>(values.getOrDefault(term, Map.of()));
    String tenant = tenant(random.nextInt(TENANTS)).toString();
    switch (random.nextInt(5)) {
      case 0 -> byTenant.remove(tenant);
      case 1 -> byTenant.put(tenant, "not \"known\"");
      case 2 -> byTenant.put(tenant, random.nextBoolean() ? "high" : "low");
      default -> byTenant.put(tenant, Integer.toString(random.nextInt(250)) + ".25");
    }
    values.put(term, byTenant);
  }

  private TenantTier tier(int index) {
    return yaml(TenantTier.class, """
        metadata: {name: kb-%d, namespace: data, uid: tier-%d, generation: 1}
        spec: {tenant: '%s', weight: "%s", tier: %s%s}
        """.formatted(
            index,
            index,
            tenant(index),
            random.nextBoolean() ? "1.0" : "0.3",
            List.of("Auto", "Auto", "Dedicated", "Fallback").get(random.nextInt(4)),
            random.nextBoolean() ? ", promote: {aboveShare: \"0.1\"}" : ""));
  }

  private static TenantId tenant(int index) {
    return TenantId.of(index % 3 == 0 ? "tenant \"" + index + "\"" : "t" + index);
  }

  private static <T> T yaml(Class<T> type, String text) {
    return Serialization.unmarshal(text, type);
  }

  private void open() {
    log = JsonlAuditLog.open(
        directory,
        AuditStream.of("data", "kb"),
        new AuditWriter("test", "pod", 1),
        Clock.tick(Clock.fixed(now, ZoneOffset.UTC), Duration.ofNanos(1)),
        options);
  }

  private List<AuditLine> lines() throws IOException {
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      return lines.toList();
    }
  }
}
