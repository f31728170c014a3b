package io.tierkeeper.operator.collection;

import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.tenant.UnjudgedTenants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes into the TenantTiers of a collection what a pass found out about them. */
public final class TenantTierWriter {

  private final StatusWriter statuses;
  private final EventRecorder events;
  private final Consumer<List<Runnable>> writers;

  /** @param writers runs writes that do not depend on each other, and returns when all were made */
  public TenantTierWriter(
      StatusWriter statuses, EventRecorder events, Consumer<List<Runnable>> writers) {
    this.statuses = statuses;
    this.events = events;
    this.writers = writers;
  }

  /** Writes the verdict of each TenantTier, or why it has none. */
  void judged(
      CollectionCase about,
      TenantIntents intents,
      EvaluationOutcome outcome,
      MoveFacts moves,
      MovePublisher.Published published,
      boolean fresh,
      Policy rules) {
    List<Runnable> writes = new ArrayList<>();
    intents.refused().values().forEach(refusal -> writes.add(() -> refused(about, refusal)));
    // Each makes its status when it is its turn: ten thousand would not fit into memory.
    intents.valid().forEach((tenant, valid) -> {
      TenantVerdict verdict = outcome.verdicts().get(tenant);
      if (verdict != null) {
        writes.add(() -> judged(
            about,
            valid.resource(),
            verdict,
            moves,
            published,
            outcome.memory().measurement() != null,
            fresh,
            rules));
      }
    });
    writers.accept(writes);
  }

  private void judged(
      CollectionCase about,
      TenantTier resource,
      TenantVerdict verdict,
      MoveFacts moves,
      MovePublisher.Published published,
      boolean measured,
      boolean fresh,
      Policy rules) {
    TenantTierStatus last = statuses.last(resource);
    if (overtaken(resource, last)) {
      return;
    }
    TierMove open = moves
        .openResources()
        .getOrDefault(verdict.tenant(), published.created().get(verdict.tenant()));
    TierMove ended = moves.last().get(verdict.tenant());
    Finding refused = published.refused().get(verdict.tenant());
    TenantTierStatus wanted = TenantStatuses.of(new TenantStatuses.Facts(
        resource,
        last,
        verdict,
        new TenantStatuses.Moves(
            open,
            open == null ? null : statuses.last(open),
            ended,
            ended == null ? null : statuses.last(ended)),
        measured,
        fresh,
        PenaltyFindings.of(verdict.numbers(), rules),
        about.paused(Direction.from(verdict.tier())),
        Optional.ofNullable(refused),
        RequestAnswers.handled(events, resource, last == null ? null : last.lastHandledRequest()),
        about.now()));
    if (statuses.write(resource, wanted, TenantStatuses::noise)) {
      adviceChanged(resource, last, wanted);
      PenaltyFindings.news(last == null ? null : last.conditions(), wanted.conditions())
          .ifPresent(
              news -> events.warning(resource, "Evaluate", news.getReason(), news.getMessage()));
      refusedPlan(resource, last, refused);
    }
  }

  /** A change has been answered since this evaluation looked at the TenantTiers. */
  private static boolean overtaken(TenantTier resource, @Nullable TenantTierStatus last) {
    Long generation = resource.getMetadata().getGeneration();
    return last != null
        && last.observedGeneration() != null
        && generation != null
        && last.observedGeneration() > generation;
  }

  /**
   * Reports in the TenantTiers that the collection cannot be evaluated now, at most once for each in an outage: the details are in
   * the collection only, since they change and there may be ten thousand TenantTiers.
   *
   * @param verdictsHold whether the last verdicts are young enough to stand
   */
  void unjudged(CollectionCase about, Finding finding, boolean verdictsHold) {
    List<Runnable> writes = new ArrayList<>();
    for (TenantTier tier : about.tiers()) {
      TenantTierStatus last = statuses.last(tier);
      if (UnjudgedTenants.known(last) && (verdictsHold || UnjudgedTenants.waits(tier, last))) {
        continue;
      }
      writes.add(() -> statuses.write(
          tier, UnjudgedTenants.waiting(tier, last, finding.reason(), about.name(), about.now())));
    }
    writers.accept(writes);
  }

  private void refused(CollectionCase about, TenantIntents.Refusal refusal) {
    TenantTierStatus last = statuses.last(refusal.resource());
    if (overtaken(refusal.resource(), last)) {
      return;
    }
    boolean written = statuses.write(
        refusal.resource(),
        UnjudgedTenants.refused(
            refusal.resource(), last, refusal.reason(), refusal.message(), about.now()));
    if (written) {
      events.warning(refusal.resource(), "Evaluate", refusal.reason(), refusal.message());
    }
  }

  private void refusedPlan(
      TenantTier resource, @Nullable TenantTierStatus last, @Nullable Finding refused) {
    boolean known = last != null
        && refused != null
        && last.conditions() != null
        && last.conditions().stream()
            .anyMatch(condition -> refused.reason().equals(condition.getReason()));
    if (refused != null && !known) {
      events.warning(resource, "Plan", refused.reason(), refused.message());
    }
  }

  private void adviceChanged(
      TenantTier resource, @Nullable TenantTierStatus last, TenantTierStatus wanted) {
    String was = last == null || last.advice() == null ? null : last.advice().action();
    TenantTierStatus.Advice is = wanted.advice();
    if (is != null
        && is.action() != null
        && !is.action().equals(was)
        && !(was == null && is.action().equals("Hold"))) {
      events.normal(
          resource,
          "Evaluate",
          Reasons.ADVICE_CHANGED,
          "Advice is " + is.action() + ": " + String.valueOf(is.message()));
    }
  }
}
