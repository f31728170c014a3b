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
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.Edge;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.PolicyRef;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.TenantMemory;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.CollectionSummary;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.decision.Hold;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes what an evaluation found and decided into the trail; nothing where nothing is new. */
public final class EvaluationAudit {

  private final AuditSink sink;
  private final TieredCollection collection;
  private final Policy rules;
  private final Instant now;
  private final TrailState state;
  private final String uid;

  /** A pause that was recorded as begun. */
  public record PauseSeen(String owner, String reason, Instant until, List<String> directions) {}

  /** @param state of the trail, which the lines of all evaluations add to */
  public EvaluationAudit(
      AuditSink sink, TieredCollection collection, Policy rules, Instant now, TrailState state) {
    this.sink = sink;
    this.collection = collection;
    this.rules = rules;
    this.now = now;
    this.state = state;
    uid = collection.getMetadata().getUid();
  }

  /**
   * Records a policy that this collection has not been under before. From now on each file begins with the policy and all
   * tenants.
   */
  public void policy(HasMetadata policy, @Nullable String previousHash) {
    ObjectNode spec = Serialization.jsonMapper().valueToTree(rules.spec());
    ResourceRef resource = resource(policy);
    if (!rules.hash().equals(previousHash)) {
      List<PolicyData> pieces =
          new PolicyData(resource, policyRef(), previousHash, spec).inPieces();
      for (int i = 0; i < pieces.size(); i++) {
        append(
            AuditEvent.id(uid, rules.version() + "/" + rules.hash(), i, "policy"),
            "policy/" + rules.name(),
            pieces.get(i));
      }
    }
    PolicyData repeated = new PolicyData(resource, policyRef(), rules.hash(), spec);
    sink.beginFilesWith(new AuditSink.Beginning() {
      @Override
      public Iterator<AuditEvent> events(AuditHead head) {
        return beginning(head, repeated);
      }

      @Override
      public void written(AuditEvent event) {
        state.written(event);
      }
    });
  }

  /** The policy, and all tenants as they were after the last measurement line. */
  private Iterator<AuditEvent> beginning(AuditHead head, PolicyData policy) {
    String set = AuditEvent.id(uid, "full@" + head.sequence(), 0, "composition");
    List<PolicyData> pieces = policy.inPieces();
    Stream<AuditEvent> policies = IntStream.range(0, pieces.size())
        .mapToObj(i -> event(
            AuditEvent.id(uid, "full@" + head.sequence(), i, "policy"),
            "policy/" + rules.name(),
            pieces.get(i)));
    Stream<CompositionData> parts = CompositionLines.full(resource(collection), set, state.full());
    Stream<AuditEvent> tenants = parts.map(part -> event(
        AuditEvent.id(uid, "full@" + head.sequence(), part.part(), "composition"),
        subject(),
        part));
    return Stream.concat(policies, tenants).iterator();
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
        subject(),
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
        subject(),
        new ForeignMoverData(
            resource(collection),
            new ForeignMoverData.ForeignMover(
                Edge.of(after != null),
                Objects.requireNonNullElse(after == null ? before : after, ""),
                moves)));
  }

  /** Records a measurement and what it was computed from, if that has changed. */
  public void measurement(EvaluationOutcome outcome) {
    Evaluation evaluation = outcome.evaluation();
    Measurement measurement = outcome.memory().measurement();
    if (!outcome.changed() || evaluation == null || measurement == null || !evaluation.known()) {
      return;
    }
    RecordedComposition before = state.composition();
    RecordedComposition after = state(
        outcome,
        evaluation,
        measurement,
        before.coherence().with(now, evaluation.summary().coherence()));
    int measurements = measurements(before, after);
    String id = AuditEvent.id(uid, "measurement@" + now, 0, "measured");
    List<CompositionData> parts = CompositionLines.delta(
        resource(collection),
        id,
        CompositionLines.change(before, after, outcome.dropped(), measurements));
    MeasurementData data = MeasurementRecord.of(
        resource(collection),
        policyRef(),
        Objects.requireNonNull(collection.getSpec().collection()),
        metric(),
        evaluation,
        after,
        parts.size(),
        measurements,
        now);
    state.measured(id, after);
    try {
      for (CompositionData part : parts) {
        append(
            AuditEvent.id(uid, "measurement@" + now, part.part(), "composition"), subject(), part);
      }
      append(id, subject(), data);
    } catch (AuditUnavailableException e) {
      state.takeBack(before);
      throw e;
    }
    if (state.fullIsDue()) {
      sink.beginAgain();
    }
  }

  /** What the process remembers after the evaluation. */
  private static RecordedComposition state(
      EvaluationOutcome outcome,
      Evaluation evaluation,
      Measurement measurement,
      CoherenceWindow coherence) {
    List<RecordedComposition.Tenant> tenants =
        new ArrayList<>(evaluation.regimes().size());
    for (RegimeEvaluation row : evaluation.regimes()) {
      TenantId tenant = TenantId.parse(row.tenant(), outcome.tenantIndex());
      TenantCount count = measurement.tenants().get(tenant);
      TenantMemory memory = outcome.memory().of(tenant);
      tenants.add(new RecordedComposition.Tenant(
          row.tenant(),
          row.state(),
          count == null ? 0 : count.points(),
          row.contribution(),
          RecordedComposition.values(row),
          memory.dampedMass(),
          memory.window(),
          memory.samples()));
    }
    return RecordedComposition.of(tenants, coherence);
  }

  /** How many measurements there were since the line before; the same for each tenant that was known then. */
  private static int measurements(RecordedComposition before, RecordedComposition after) {
    for (RecordedComposition.Tenant tenant : after.tenants()) {
      RecordedComposition.Tenant old = before.find(tenant.name());
      if (old != null) {
        return Math.max(1, tenant.samples() - old.samples());
      }
    }
    return 1;
  }

  private String subject() {
    return "collection/" + collection.getMetadata().getName();
  }

  /**
   * Records a verdict with everything that it was taken from; a tenant without a TenantTier that is to stay has no line, unless
   * it was to be moved before.
   */
  public void decision(
      HasMetadata about,
      TenantVerdict verdict,
      EvaluationOutcome outcome,
      @Nullable String planHash,
      @Nullable String move) {
    Measurement measurement = outcome.memory().measurement();
    RegimeEvaluation numbers = verdict.numbers();
    if (measurement == null
        || numbers == null
        || Double.isNaN(numbers.observedMass())
        || !recorded(about, verdict)) {
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

  /** A tenant without a TenantTier is of interest only while it is to be moved, and when that is over. */
  private boolean recorded(HasMetadata about, TenantVerdict verdict) {
    boolean moves = !(verdict.decision() instanceof Hold);
    return about instanceof TenantTier || state.advised(verdict.name(), moves) || moves;
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
    sink.append(event(id, subject, data), Durability.GROUPED);
  }

  private AuditEvent event(String id, String subject, EventData data) {
    return new AuditEvent(id, subject, now, data);
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
