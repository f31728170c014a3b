package io.tierkeeper.operator.collection;

import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.operator.collection.LayoutJudgement.Finding;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.tenant.UnjudgedTenants;
import io.tierkeeper.qdrant.ShardKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes into the TenantTiers of a collection what a pass found out about them. */
final class TenantTierWriter {

  private final OperatorTools tools;
  private final CollectionCase about;

  TenantTierWriter(OperatorTools tools, CollectionCase about) {
    this.tools = tools;
    this.about = about;
  }

  /** Tells each TenantTier its verdict, or why it has none. */
  void judged(
      TenantIntents intents,
      EvaluationOutcome outcome,
      MoveFacts moves,
      Map<ShardKey, TierMove> planned,
      boolean fresh,
      Policy rules) {
    intents.refused().values().forEach(this::refused);
    intents.valid().forEach((tenant, valid) -> {
      TenantVerdict verdict = outcome.verdicts().get(tenant);
      if (verdict == null) {
        return;
      }
      TenantTier resource = valid.resource();
      TenantTierStatus last = tools.statuses().last(resource);
      TierMove open = moves.openResources().getOrDefault(tenant, planned.get(tenant));
      TierMove ended = moves.last().get(tenant);
      TenantTierStatus wanted = TenantStatuses.of(new TenantStatuses.Facts(
          resource,
          last,
          verdict,
          open,
          open == null ? null : tools.statuses().last(open),
          ended,
          ended == null ? null : tools.statuses().last(ended),
          outcome.memory().measurement() != null,
          fresh,
          PenaltyFindings.of(verdict.numbers(), rules),
          about.paused(Direction.from(verdict.tier())),
          RequestAnswers.handled(
              tools.events(), resource, last == null ? null : last.lastHandledRequest()),
          about.now()));
      if (tools.statuses().write(resource, wanted, TenantStatuses::noise)) {
        adviceChanged(resource, last, wanted);
        PenaltyFindings.news(last == null ? null : last.conditions(), wanted.conditions())
            .ifPresent(news ->
                tools.events().warning(resource, "Evaluate", news.getReason(), news.getMessage()));
      }
    });
  }

  /** Tells all TenantTiers that the collection cannot be judged now. */
  void unjudged(Finding finding) {
    for (TenantTier tier : about.tiers()) {
      tools
          .statuses()
          .write(
              tier,
              UnjudgedTenants.waiting(
                  tier,
                  tools.statuses().last(tier),
                  finding.reason(),
                  "TieredCollection " + about.name() + ": " + finding.message(),
                  about.now()));
    }
  }

  private void refused(TenantIntents.Refusal refusal) {
    TenantTierStatus last = tools.statuses().last(refusal.resource());
    boolean written = tools
        .statuses()
        .write(
            refusal.resource(),
            UnjudgedTenants.refused(
                refusal.resource(), last, refusal.reason(), refusal.message(), about.now()));
    if (written) {
      tools.events().warning(refusal.resource(), "Evaluate", refusal.reason(), refusal.message());
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
      tools
          .events()
          .normal(
              resource,
              "Evaluate",
              "AdviceChanged",
              "Advice is " + is.action() + ": " + String.valueOf(is.message()));
    }
  }
}
