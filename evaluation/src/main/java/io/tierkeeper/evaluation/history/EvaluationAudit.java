package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.Edge;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.PolicyRef;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.CollectionSummary;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.RegimeEvaluation;
import java.time.Instant;
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
  private final Policy rules;
  private final Instant now;
  private final String uid;

  /** A pause that was recorded as begun. */
  public record PauseSeen(String owner, String reason, Instant until, List<String> directions) {}

  public EvaluationAudit(AuditSink sink, TieredCollection collection, Policy rules, Instant now) {
    this.sink = sink;
    this.collection = collection;
    this.rules = rules;
    this.now = now;
    uid = collection.getMetadata().getUid();
  }

  /** Records a policy that this collection has not been under before. */
  public void policy(HasMetadata policy, @Nullable String previousHash) {
    if (rules.hash().equals(previousHash)) {
      return;
    }
    ObjectNode spec = Serialization.jsonMapper().valueToTree(rules.spec());
    append(
        AuditEvent.id(uid, rules.version() + "/" + rules.hash(), 0, "policy"),
        "policy/" + rules.name(),
        new PolicyData(resource(policy), policyRef(), previousHash, spec));
  }

  /** Records pauses that began or ended, and updates what was seen. */
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
        AuditEvent.id(uid, key, 0, began ? "began" : "ended"),
        "collection/" + collection.getMetadata().getName(),
        new PauseData(
            resource(collection),
            new PauseData.Pause(
                Edge.of(began), pause.owner(), pause.reason(), pause.until(), pause.directions())));
  }

  /** Records that moves begin to wait for another client, or no longer do. */
  public void foreignMover(@Nullable String before, @Nullable String after, List<String> moves) {
    if (Objects.equals(before, after)) {
      return;
    }
    append(
        AuditEvent.id(uid, "foreign@" + now, 0, after == null ? "ended" : "began"),
        "collection/" + collection.getMetadata().getName(),
        new ForeignMoverData(
            resource(collection),
            new ForeignMoverData.ForeignMover(
                Edge.of(after != null),
                Objects.requireNonNullElse(after == null ? before : after, ""),
                moves)));
  }

  /** Records the whole composition, if it has changed. */
  public void measurement(EvaluationOutcome outcome) {
    Evaluation evaluation = outcome.evaluation();
    Measurement measurement = outcome.memory().measurement();
    if (!outcome.changed() || evaluation == null || measurement == null || !evaluation.known()) {
      return;
    }
    Map<String, TenantCount> counts = measurement.tenants().entrySet().stream()
        .collect(Collectors.toMap(
            entry -> entry.getKey().text(outcome.tenantIndex()), Map.Entry::getValue));
    append(
        AuditEvent.id(uid, "measurement@" + now, 0, "measured"),
        "collection/" + collection.getMetadata().getName(),
        MeasurementRecord.of(
            resource(collection),
            policyRef(),
            Objects.requireNonNull(collection.getSpec().collection()),
            metric(),
            evaluation,
            tenant -> {
              TenantCount count = counts.get(tenant);
              return count == null ? 0 : count.points();
            }));
  }

  /** Records a verdict with everything that it was taken from. */
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
        AuditEvent.id(
            about.getMetadata().getUid(), "decision/" + verdict.name() + "@" + now, 0, "decided"),
        "tenant/" + verdict.name(),
        new DecisionData(
            resource(about),
            policyRef(),
            rules.decisions().mode().label(),
            DecisionRecord.observation(
                verdict.points(),
                measurement.tenants().values().stream()
                    .mapToLong(TenantCount::points)
                    .sum(),
                numbers,
                verdict.window(),
                verdict.samples(),
                verdict.seen()),
            DecisionRecord.gates(verdict.decision()),
            DecisionRecord.verdict(verdict.decision(), verdict.tier(), planHash, move),
            huf(verdict, numbers, Objects.requireNonNull(outcome.evaluation()).summary()),
            DecisionRecord.input(
                verdict.seen(), about instanceof TenantTier named ? named.getSpec() : null)));
  }

  private DecisionData.HufTrace huf(
      TenantVerdict verdict, RegimeEvaluation numbers, CollectionSummary summary) {
    String key = verdict.tier().hot()
        ? verdict.name()
        : String.valueOf(collection.getSpec().fallbackShardKey());
    String name = String.valueOf(collection.getSpec().collection());
    return new DecisionData.HufTrace(
        verdict.name() + "/id=" + key,
        List.of("Qdrant", "collection=" + name, "tenant=" + verdict.name(), "shard_key=" + key),
        numbers.dampedMass(),
        "qdrant://" + name,
        "tenant_mass(metric=" + metric() + ",tenant_key=" + collection.getSpec().tenantKey() + ")",
        summary.discardedBudget());
  }

  private void append(String id, String subject, EventData data) {
    sink.append(new AuditEvent(id, subject, now, data), Durability.GROUPED);
  }

  private PolicyRef policyRef() {
    return new PolicyRef(rules.name(), rules.generation(), rules.hash());
  }

  private String metric() {
    return rules.weighted() ? "Weighted" : "Points";
  }

  /** How a trail names a resource. */
  public static ResourceRef resource(HasMetadata resource) {
    return new ResourceRef(
        resource.getKind(),
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName(),
        Objects.requireNonNullElse(resource.getMetadata().getUid(), ""),
        Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L));
  }
}
