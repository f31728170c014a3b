package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.mapping.DecimalText;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePlan;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.act.HeapLimit;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.move.MovePlanning;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates a TierMove for each decision to move. */
public final class MovePublisher {

  private static final Logger log = LoggerFactory.getLogger(MovePublisher.class);
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final ResourceViews views;
  private final EventRecorder events;
  private final Pace pace;
  private final long heap;

  /** @param heap in bytes, of the process that will move */
  public MovePublisher(
      KubernetesClient client, ResourceViews views, EventRecorder events, Pace pace, long heap) {
    this.client = client;
    this.views = views;
    this.events = events;
    this.pace = pace;
    this.heap = heap;
  }

  /**
   * What has become of the decisions.
   *
   * @param created TierMoves, by tenant
   * @param refused why a move is not planned
   */
  record Published(Map<TenantId, TierMove> created, Map<TenantId, Finding> refused) {

    static final Published NOTHING = new Published(Map.of(), Map.of());
  }

  /** Creates the TierMoves; a failed plan is made again in the next evaluation. */
  Published publish(
      CollectionCase about,
      EvaluationOutcome outcome,
      ClusterLayout layout,
      Policy rules,
      TenantIntents intents) {
    Map<TenantId, TierMove> planned = new LinkedHashMap<>();
    Map<TenantId, Finding> refused = new LinkedHashMap<>();
    Set<String> taken = views.movesOf(about.namespace(), about.name()).stream()
        .map(move -> move.getMetadata().getName())
        .collect(Collectors.toSet());
    int replicas = (int) layout.replicas(about.fallback()).stream().count();
    QdrantReads port = layout.peers().get(0).port();
    for (EvaluationOutcome.Plan wanted : outcome.plans()) {
      Direction direction = Objects.requireNonNull(wanted.decision().advised());
      TenantTier owner =
          Objects.requireNonNull(intents.valid().get(wanted.tenant())).resource();
      try {
        MoveSettings settings =
            rules.moves().settings(pace.settle(), pace.moveDeadline(), replicas);
        Move move = MovePlanning.move(
            owner.getMetadata().getName(),
            "",
            about.resource(),
            outcome.tenantIndex(),
            wanted.tenant(),
            direction,
            settings);
        long points = wanted.decision().points();
        Optional<String> tooMany = HeapLimit.refusal(direction, points, heap);
        if (tooMany.isPresent()) {
          refused.put(wanted.tenant(), new Finding(Reasons.TOO_MANY_POINTS, tooMany.get()));
          continue;
        }
        double relativeSize =
            wanted.intent().policy().promote().relativeSize(wanted.decision().dampedMass(), points);
        MovePlan plan = MovePlanning.plan(
            move,
            layout,
            points,
            MovePlanning.bytes(port, move, points),
            DecimalText.format(relativeSize),
            rules);
        TierMove resource =
            MovePlanning.resource(about.resource(), owner, move, plan, rules, taken);
        TierMove created = client.resource(resource).create();
        taken.add(created.getMetadata().getName());
        planned.put(wanted.tenant(), created);
        events.normal(
            owner,
            "Plan",
            Reasons.MOVE_PLANNED,
            direction.label() + " planned as " + created.getMetadata().getName() + ": "
                + plan.costLine());
      } catch (KubernetesClientException e) {
        if (RefusedCreate.of(e)) {
          // The others of this collection are not to wait for one that an administrator must allow.
          refused.put(
              wanted.tenant(),
              new Finding(
                  Reasons.PLAN_REFUSED,
                  "The API server refuses the TierMove of this tenant's plan: "
                      + RefusedCreate.words(e)
                      + ". It is tried again at each evaluation; allow it in the quota or admission policy"));
        } else if (e.getCode() == CONFLICT) {
          log.debug(
              "{}/{}: TierMove exists already: {}",
              about.namespace(),
              about.name(),
              e.getMessage());
        } else {
          throw e;
        }
      } catch (QdrantException e) {
        log.warn(
            "{}/{}: no move of tenant {} was planned: {}",
            about.namespace(),
            about.name(),
            wanted.tenant(),
            e.getMessage());
      }
    }
    return new Published(planned, refused);
  }
}
