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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes into the TenantTiers of a collection what a pass found out about them. */
public final class TenantTierWriter {

  private final StatusWriter statuses;
  private final EventRecorder events;

  public TenantTierWriter(StatusWriter statuses, EventRecorder events) {
    this.statuses = statuses;
    this.events = events;
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
    intents.refused().values().forEach(refusal -> refused(about, refusal));
    intents.valid().forEach((tenant, valid) -> {
      TenantVerdict verdict = outcome.verdicts().get(tenant);
      if (verdict == null) {
        return;
      }
      TenantTier resource = valid.resource();
      TenantTierStatus last = statuses.last(resource);
      TierMove open =
          moves.openResources().getOrDefault(tenant, published.created().get(tenant));
      TierMove ended = moves.last().get(tenant);
      TenantTierStatus wanted = TenantStatuses.of(new TenantStatuses.Facts(
          resource,
          last,
          verdict,
          new TenantStatuses.Moves(
              open,
              open == null ? null : statuses.last(open),
              ended,
              ended == null ? null : statuses.last(ended)),
          outcome.memory().measurement() != null,
          fresh,
          PenaltyFindings.of(verdict.numbers(), rules),
          about.paused(Direction.from(verdict.tier())),
          Optional.ofNullable(published.refused().get(tenant)),
          RequestAnswers.handled(events, resource, last == null ? null : last.lastHandledRequest()),
          about.now()));
      if (statuses.write(resource, wanted, TenantStatuses::noise)) {
        adviceChanged(resource, last, wanted);
        PenaltyFindings.news(last == null ? null : last.conditions(), wanted.conditions())
            .ifPresent(
                news -> events.warning(resource, "Evaluate", news.getReason(), news.getMessage()));
        refusedPlan(resource, last, published.refused().get(tenant));
      }
    });
  }

  /**
   * Reports in the TenantTiers that the collection cannot be evaluated now, at most once for each in an outage: the details are in
   * the collection only, since they change and there may be ten thousand TenantTiers.
   *
   * @param verdictsHold whether the last verdicts are young enough to stand
   */
  void unjudged(CollectionCase about, Finding finding, boolean verdictsHold) {
    for (TenantTier tier : about.tiers()) {
      TenantTierStatus last = statuses.last(tier);
      if (UnjudgedTenants.known(last) && (verdictsHold || UnjudgedTenants.waits(tier, last))) {
        continue;
      }
      statuses.write(
          tier, UnjudgedTenants.waiting(tier, last, finding.reason(), about.name(), about.now()));
    }
  }

  private void refused(CollectionCase about, TenantIntents.Refusal refusal) {
    TenantTierStatus last = statuses.last(refusal.resource());
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
