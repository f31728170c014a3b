package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditEvents;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.policy.PolicyRules;
import io.tierkeeper.governance.CollectionSummary;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.RegimeEvaluation;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes what an evaluation found and decided into the trail; nothing where nothing is new. */
public final class EvaluationAudit {

  private final AuditSink sink;
  private final TieredCollection collection;
  private final PolicyRules rules;
  private final Instant now;
  private final String uid;

  /** A pause that was recorded as begun. */
  public record PauseSeen(String owner, String reason, Instant until, List<String> directions) {}

  public EvaluationAudit(
      AuditSink sink, TieredCollection collection, PolicyRules rules, Instant now) {
    this.sink = sink;
    this.collection = collection;
    this.rules = rules;
    this.now = now;
    uid = collection.getMetadata().getUid();
  }

  /** Tells of a policy that this collection has not been under before. */
  public void policy(HasMetadata policy, @Nullable String previousHash) {
    if (rules.hash().equals(previousHash)) {
      return;
    }
    ObjectNode spec = Serialization.jsonMapper().valueToTree(rules.spec());
    append(
        AuditType.POLICY,
        AuditEvent.id(uid, rules.version() + "/" + rules.hash(), 0, "policy"),
        "policy/" + rules.name(),
        AuditEvents.policy(resource(policy), policyRef(), spec, previousHash));
  }

  /** Tells of pauses that began or ended, and updates what was seen. */
  public void pauses(List<TieredCollectionSpec.Pause> running, Map<String, PauseSeen> seen) {
    Map<String, PauseSeen> present = new HashMap<>();
    for (TieredCollectionSpec.Pause pause : running) {
      PauseSeen it = new PauseSeen(
          Objects.requireNonNullElse(pause.owner(), ""),
          Objects.requireNonNullElse(pause.reason(), ""),
          TimeText.read(pause.until()).orElse(TimeText.FAR),
          pause.directions() == null
              ? List.of()
              : pause.directions().stream().map(Enum::name).toList());
      present.put(it.toString(), it);
    }
    present.forEach((key, pause) -> {
      if (seen.putIfAbsent(key, pause) == null) {
        pause(key, pause, true);
      }
    });
    for (String key : List.copyOf(seen.keySet())) {
      if (!present.containsKey(key)) {
        pause(key, Objects.requireNonNull(seen.remove(key)), false);
      }
    }
  }

  private void pause(String key, PauseSeen pause, boolean began) {
    append(
        AuditType.PAUSE,
        AuditEvent.id(uid, key, 0, began ? "began" : "ended"),
        "collection/" + collection.getMetadata().getName(),
        AuditEvents.pause(
            resource(collection),
            began,
            pause.owner(),
            pause.reason(),
            pause.until(),
            pause.directions()));
  }

  /** Tells that moves begin, or no longer have, to wait for somebody else. */
  public void foreignMover(@Nullable String before, @Nullable String after, List<String> moves) {
    if (Objects.equals(before, after)) {
      return;
    }
    append(
        AuditType.FOREIGN_MOVER,
        AuditEvent.id(uid, "foreign@" + now, 0, after == null ? "ended" : "began"),
        "collection/" + collection.getMetadata().getName(),
        AuditEvents.foreignMover(
            resource(collection),
            after != null,
            Objects.requireNonNullElse(after == null ? before : after, ""),
            moves));
  }

  /** Tells the whole composition, if it has changed. */
  public void measurement(EvaluationOutcome outcome) {
    Evaluation evaluation = outcome.evaluation();
    Measurement measurement = outcome.memory().measurement();
    if (!outcome.changed() || evaluation == null || measurement == null || !evaluation.known()) {
      return;
    }
    Map<String, TenantCount> counts = measurement.tenants().entrySet().stream()
        .collect(
            Collectors.toMap(entry -> entry.getKey().toString(), Map.Entry::getValue, (a, b) -> a));
    List<AuditEvents.TenantRow> rows = evaluation.regimes().stream()
        .map(row -> row(row, counts.get(row.tenant())))
        .toList();
    CollectionSummary summary = evaluation.summary();
    append(
        AuditType.MEASUREMENT,
        AuditEvent.id(uid, "measurement@" + now, 0, "measured"),
        "collection/" + collection.getMetadata().getName(),
        AuditEvents.measurement(
            resource(collection),
            policyRef(),
            Objects.requireNonNull(collection.getSpec().collection()),
            metric(),
            rows,
            new AuditEvents.Summary(
                summary.coherence(),
                summary.effectiveTenants(),
                summary.tenantsToCover90(),
                summary.discardedBudget())));
  }

  private static AuditEvents.TenantRow row(RegimeEvaluation row, @Nullable TenantCount count) {
    return new AuditEvents.TenantRow(
        row.tenant(),
        count == null ? 0 : count.points(),
        row.contribution(),
        row.state().label(),
        row.observedMass(),
        row.dampedMass(),
        row.alphaStar(),
        row.penalty().total(),
        PenaltyRecord.parts(row.penalty()));
  }

  /** Tells a verdict with everything that it was taken from. */
  public void decision(
      HasMetadata about,
      TenantVerdict verdict,
      EvaluationOutcome outcome,
      @Nullable String planHash,
      @Nullable String move) {
    Measurement measurement = outcome.memory().measurement();
    RegimeEvaluation numbers = verdict.numbers();
    if (measurement == null || numbers == null || Double.isNaN(numbers.observedMass())) {
      return;
    }
    append(
        AuditType.DECISION,
        AuditEvent.id(
            about.getMetadata().getUid(), "decision/" + verdict.tenant() + "@" + now, 0, "decided"),
        "tenant/" + verdict.tenant(),
        AuditEvents.decision(
            resource(about),
            policyRef(),
            rules.decisions().mode().label(),
            new AuditEvents.Observation(
                verdict.points(),
                measurement.tenants().values().stream()
                    .mapToLong(TenantCount::points)
                    .sum(),
                numbers.observedMass(),
                numbers.dampedMass(),
                numbers.alphaStar(),
                numbers.penalty().total(),
                numbers.penalty().tier(),
                PenaltyRecord.parts(numbers.penalty()),
                Arrays.stream(verdict.window().toArray()).boxed().toList(),
                verdict.samples(),
                TrailReplay.age(verdict.seen())),
            DecisionRecord.gates(verdict.decision()),
            DecisionRecord.verdict(verdict.decision(), verdict.tier(), planHash, move),
            huf(verdict, numbers, Objects.requireNonNull(outcome.evaluation()).summary()),
            DecisionRecord.input(
                verdict.seen(), about instanceof TenantTier named ? named.getSpec() : null)));
  }

  private AuditEvents.HufTrace huf(
      TenantVerdict verdict, RegimeEvaluation numbers, CollectionSummary summary) {
    String key = verdict.tier().hot()
        ? verdict.tenant().toString()
        : String.valueOf(collection.getSpec().fallbackShardKey());
    String name = String.valueOf(collection.getSpec().collection());
    return new AuditEvents.HufTrace(
        verdict.tenant() + "/id=" + key,
        List.of("Qdrant", "collection=" + name, "tenant=" + verdict.tenant(), "shard_key=" + key),
        numbers.dampedMass(),
        "qdrant://" + name,
        "tenant_mass(metric=" + metric() + ",tenant_key=" + collection.getSpec().tenantKey() + ")",
        summary.discardedBudget());
  }

  private void append(AuditType type, String id, String subject, ObjectNode data) {
    sink.append(new AuditEvent(type, id, subject, now, data), Durability.GROUPED);
  }

  private AuditEvents.Policy policyRef() {
    return new AuditEvents.Policy(rules.name(), rules.generation(), rules.hash());
  }

  private String metric() {
    return rules.weighted() ? "Weighted" : "Points";
  }

  /** How a trail names a resource. */
  public static AuditEvents.Resource resource(HasMetadata resource) {
    return new AuditEvents.Resource(
        resource.getKind(),
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName(),
        Objects.requireNonNullElse(resource.getMetadata().getUid(), ""),
        Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L));
  }
}
