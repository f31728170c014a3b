package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.Condition;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.history.CoherenceWindow;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.policy.UnsupportedFields;
import io.tierkeeper.operator.provision.Difference;
import io.tierkeeper.operator.provision.MemoryEstimate;
import io.tierkeeper.operator.provision.ProvisionPlan;
import io.tierkeeper.operator.provision.ProvisionStep;
import io.tierkeeper.operator.status.Conditions;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.qdrant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Collects the conditions of a TieredCollection during an evaluation and writes its status once. */
final class CollectionStatusWriter {

  private static final int MAX_DRIFT = 100;
  private static final int MAX_LISTED = 6;

  private final StatusWriter statuses;
  private final EventRecorder events;
  private final CollectionCase about;
  private final long generation;
  private final @Nullable TieredCollectionStatus before;
  private final Conditions conditions;
  private final TieredCollectionStatus.Builder status;
  private @Nullable Finding unreached;

  CollectionStatusWriter(StatusWriter statuses, EventRecorder events, CollectionCase about) {
    this.statuses = statuses;
    this.events = events;
    this.about = about;
    generation = Objects.requireNonNullElse(about.resource().getMetadata().getGeneration(), 0L);
    before = statuses.last(about.resource());
    conditions =
        new Conditions(before == null ? null : before.conditions(), generation, about.now());
    status = Objects.requireNonNullElseGet(before, TieredCollectionStatus::empty).toBuilder();
    if (about.spec().provision() == null) {
      status.drift(null);
    }
  }

  /** The status as it stood before this pass; null where there was none. */
  @Nullable
  TieredCollectionStatus before() {
    return before;
  }

  void policyResolved(Policy rules) {
    conditions.set(
        ConditionTypes.POLICY_RESOLVED,
        true,
        Reasons.READY,
        "TierPolicy " + rules.name() + " is applied.");
    status.mode(rules.decisions().mode().label());
  }

  void qdrantReachable() {
    conditions.set(
        ConditionTypes.QDRANT_REACHABLE, true, Reasons.QDRANT_REACHABLE, "All peers respond.");
  }

  /** Evaluation goes on, and moves wait. */
  void peersNotReached(Finding finding) {
    unreached = finding;
    boolean news = !conditions.was(ConditionTypes.QDRANT_REACHABLE, false);
    conditions.set(ConditionTypes.QDRANT_REACHABLE, false, finding.reason(), finding.message());
    if (news) {
      events.warning(about.resource(), "Evaluate", finding.reason(), finding.message());
    }
  }

  void layoutValid() {
    conditions.set(
        ConditionTypes.LAYOUT_VALID,
        true,
        Reasons.LAYOUT_VALID,
        "Sharding, fallback shard key and tenant index meet the requirements of moves.");
  }

  /** The collection was created or changed as its spec says. */
  void provisionedBy(ProvisionPlan plan, List<ProvisionStep> steps, boolean created) {
    events.normal(
        about.resource(),
        "Provision",
        created ? Reasons.COLLECTION_CREATED : Reasons.COLLECTION_CHANGED,
        (created
                ? "Created collection " + plan.collection() + " with profile " + plan.profile()
                    + " and fallback shard key " + plan.fallback() + ". "
                    + MemoryEstimate.of(plan, plan.expectedPoints()).words()
                : "Changed collection " + plan.collection() + " as spec.provision.apply "
                    + plan.apply() + " says.")
            + steps.stream()
                .map(step -> step.action() + " " + step.request())
                .collect(Collectors.joining("; ", " Calls: ", ".")));
  }

  /** How the collection differs from {@code spec.provision}. */
  void provisioned(ProvisionPlan plan, List<Difference> differences) {
    status.drift(
        differences.isEmpty()
            ? null
            : differences.stream()
                .limit(MAX_DRIFT)
                .map(it -> new TieredCollectionStatus.Drift(
                    it.field(), it.wanted(), it.found(), it.change().words()))
                .toList());
    if (differences.isEmpty()) {
      conditions.set(
          ConditionTypes.PROVISIONED,
          true,
          Reasons.PROVISIONED,
          "Collection " + plan.collection() + " has the settings of spec.provision. "
              + MemoryEstimate.of(plan, plan.expectedPoints()).words());
      return;
    }
    String sentence = differences.size() + " settings of collection " + plan.collection()
        + " differ from spec.provision; apply is " + plan.apply()
        + differences.stream()
            .limit(MAX_LISTED)
            .map(it -> it.field() + ": wanted " + it.wanted() + ", found " + it.found() + " ("
                + it.change().words() + ")")
            .collect(Collectors.joining("; ", ". ", ""))
        + (differences.size() > MAX_LISTED ? "; all of them: status.drift." : ".");
    boolean news = !conditions.was(ConditionTypes.PROVISIONED, false);
    conditions.set(ConditionTypes.PROVISIONED, false, Reasons.SETTINGS_DIFFER, sentence);
    if (news) {
      events.warning(about.resource(), "Provision", Reasons.SETTINGS_DIFFER, sentence);
    }
  }

  /** The collection was judged: writes everything, unless only noise has changed. */
  void judged(Judged judged) {
    EvaluationOutcome outcome = judged.outcome();
    Findings findings = judged.findings();
    CollectionStatuses.measured(
        status,
        outcome,
        judged.layout(),
        about.fallback(),
        judged.rows(),
        judged.coherence(),
        about.now());
    boolean measured = outcome.memory().measurement() != null;
    boolean fresh = judged.fresh();
    String unmeasured = measured ? Reasons.MEASUREMENTS_STALE : Reasons.NOT_MEASURED;
    String age = fresh
        ? "The last measurement is recent."
        : measured
            ? "The last measurement is older than mass.staleAfter of TierPolicy "
                + judged.rules().name() + "; no move starts."
            : "No measurement has been made yet.";
    String freshness = findings.unmeasured() == null
        ? age
        : age + " The measurement failed: " + findings.unmeasured();
    conditions.set(
        ConditionTypes.MEASUREMENTS_FRESH, fresh, fresh ? Reasons.MEASURED : unmeasured, freshness);
    findings
        .foreign()
        .ifPresent(finding -> conditions.set(
            ConditionTypes.FOREIGN_MOVER, true, finding.reason(), finding.message()));
    about
        .paused(Direction.PROMOTE)
        .or(() -> about.paused(Direction.DEMOTE))
        .ifPresent(sentence -> conditions.set(
            ConditionTypes.PAUSED,
            true,
            about.suspended() ? Reasons.SUSPENDED : Reasons.PAUSED,
            sentence));
    PenaltyFindings.report(findings.penalties(), conditions);
    PointFindings.report(PointFindings.of(outcome, about.spec()), conditions);
    findings.workingKeys().ifPresent(finding -> {
      boolean news = !conditions.was(ConditionTypes.WORKING_KEYS_OWNED, false);
      conditions.set(ConditionTypes.WORKING_KEYS_OWNED, false, finding.reason(), finding.message());
      if (news) {
        events.warning(about.resource(), "Evaluate", finding.reason(), finding.message());
      }
    });
    Finding unwritable = findings.unwritable();
    conditions.set(
        ConditionTypes.AUDIT_HEALTHY,
        unwritable == null,
        unwritable == null ? Reasons.AUDIT_HEALTHY : unwritable.reason(),
        unwritable == null ? "The audit trail is writable." : unwritable.message());
    conditions.set(
        ConditionTypes.READY,
        fresh || about.suspended(),
        about.suspended() ? Reasons.SUSPENDED : fresh ? Reasons.READY : unmeasured,
        about.suspended()
            ? "Suspended: no measurement is made and no move starts."
            : findings.unmeasured() != null || !fresh
                ? freshness
                : judged.layout().versionWarning().orElse("Tenants are measured and evaluated."));
    if (unwritable != null && !about.suspended()) {
      String sentence = "No move starts or continues: " + unwritable.message();
      if (!conditions.was(ConditionTypes.AUDIT_HEALTHY, false)) {
        events.warning(about.resource(), "Evaluate", unwritable.reason(), sentence);
      }
      conditions.set(ConditionTypes.READY, false, unwritable.reason(), sentence);
    }
    Finding missing = unreached;
    if (missing != null && !about.suspended()) {
      conditions.set(ConditionTypes.READY, false, missing.reason(), missing.message());
      // A cluster that grows is known to the name service a little later.
      if (conditions.was(ConditionTypes.QDRANT_REACHABLE, false)) {
        conditions.set(ConditionTypes.STALLED, true, missing.reason(), missing.message());
      }
    }
    status
        .moveCosts(
            MoveCostStatuses.status(judged.costs(), judged.rules().decisions().costBand()))
        .activeMoves(Stream.concat(
                judged.moves().openResources().values().stream(),
                judged.planned().values().stream())
            .map(move -> move.getMetadata().getName())
            .distinct()
            .sorted()
            .toList())
        .waitingFor(findings
            .foreign()
            .or(findings::unsettled)
            .map(finding ->
                new TieredCollectionStatus.WaitingFor(finding.reason(), finding.message()))
            .orElse(null));
    OpenTrail trail = about.runtime().audit();
    if (trail != null) {
      status.audit(CollectionStatuses.audit(trail.log()));
    }
    write(unwritable == null ? CollectionStatuses::noise : CollectionStatuses::sameOutage);
    PenaltyFindings.news(before == null ? null : before.conditions(), conditions.list())
        .ifPresent(this::warn);
    PointFindings.news(before == null ? null : before.conditions(), conditions.list())
        .ifPresent(this::warn);
  }

  private void warn(Condition news) {
    events.warning(about.resource(), "Evaluate", news.getReason(), news.getMessage());
  }

  /**
   * Everything that the status of a judged collection is made from.
   *
   * @param rows how many tenants are shown
   * @param costs what moves have cost
   * @param coherence of the last day, as the trail has it
   */
  record Judged(
      Policy rules,
      ClusterLayout layout,
      EvaluationOutcome outcome,
      MoveFacts moves,
      Map<TenantId, TierMove> planned,
      Findings findings,
      boolean fresh,
      int rows,
      MoveCosts costs,
      CoherenceWindow coherence) {}

  /**
   * What an evaluation found to report.
   *
   * @param foreign work of another client in the collection
   * @param unsettled what is not at rest although no client is at work
   * @param penalties what is wrong with the values of the policy's own penalty terms
   * @param workingKeys what moves have left behind that do not exist any more
   * @param unwritable why nothing can be recorded, so that no move starts; null where the trail is open
   * @param unmeasured why no measurement could be made now; null where one was made, or none was attempted
   */
  record Findings(
      Optional<Finding> foreign,
      Optional<Finding> unsettled,
      Optional<Finding> penalties,
      Optional<Finding> workingKeys,
      @Nullable Finding unwritable,
      @Nullable String unmeasured) {}

  /**
   * The collection cannot be judged.
   *
   * @param type the condition that is False for it
   * @param rules of its policy; null where that cannot be used
   */
  void unusable(String type, Finding finding, @Nullable Policy rules) {
    conditions.set(type, false, finding.reason(), finding.message());
    for (String other : List.of(
        ConditionTypes.QDRANT_REACHABLE,
        ConditionTypes.LAYOUT_VALID,
        ConditionTypes.AUDIT_HEALTHY,
        ConditionTypes.PAUSED)) {
      conditions.keep(other);
    }
    if (about.spec().provision() != null) {
      conditions.keep(ConditionTypes.PROVISIONED);
    }
    CollectionMemory memory = about.runtime().memory();
    Measurement last = memory == null ? null : memory.measurement();
    boolean fresh = rules != null && about.fresh(last, rules);
    conditions.set(
        ConditionTypes.MEASUREMENTS_FRESH,
        fresh,
        fresh ? Reasons.MEASURED : last == null ? Reasons.NOT_MEASURED : Reasons.MEASUREMENTS_STALE,
        fresh
            ? "The last measurement is recent."
            : "No measurement is made while " + type + " is False.");
    conditions.set(ConditionTypes.READY, false, finding.reason(), finding.message());
    OpenTrail trail = about.runtime().audit();
    if (trail != null) {
      // Moves may go on, and so their trail.
      status.audit(CollectionStatuses.audit(trail.log()));
    }
    if (needsAction(type, finding)) {
      conditions.set(ConditionTypes.STALLED, true, finding.reason(), finding.message());
    }
    boolean news = before == null
        || !conditions.was(ConditionTypes.READY, false)
        || !conditions.reasonBefore(ConditionTypes.READY).equals(Optional.of(finding.reason()));
    write(CollectionStatuses::sameOutage);
    if (news) {
      events.warning(about.resource(), "Evaluate", finding.reason(), finding.message());
    }
  }

  /** Whether it does not pass by itself. Peers of different versions are usually in the middle of a roll-out. */
  private static boolean needsAction(String type, Finding finding) {
    return switch (finding.reason()) {
      case Reasons.POLICY_NOT_FOUND,
          Reasons.POLICY_INVALID,
          Reasons.HOST_NOT_ALLOWED,
          Reasons.CREDENTIALS_NOT_FOUND,
          Reasons.CREDENTIALS_REFUSED,
          Reasons.AUDIT_BROKEN,
          Reasons.PROVISION_REFUSED -> true;
      case Reasons.QDRANT_VERSION_UNSUPPORTED -> false;
      default -> type.equals(ConditionTypes.LAYOUT_VALID);
    };
  }

  private void write(BiPredicate<TieredCollectionStatus, TieredCollectionStatus> noise) {
    UnsupportedFields.report(about.spec(), conditions);
    status
        .observedGeneration(generation)
        .lastHandledRequest(RequestAnswers.handled(
            events, about.resource(), before == null ? null : before.lastHandledRequest()))
        .conditions(conditions.list());
    statuses.write(about.resource(), status.build(), noise);
  }
}
