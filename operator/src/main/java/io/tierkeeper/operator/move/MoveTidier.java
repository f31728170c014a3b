package io.tierkeeper.operator.move;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.qdrant.TenantId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the finished TierMoves of a tenant beyond a number: plans that moved nothing first, then the oldest. */
public final class MoveTidier {

  private static final Logger log = LoggerFactory.getLogger(MoveTidier.class);
  private static final int NO_ANSWER = 0;

  private final KubernetesClient client;
  private final EventRecorder events;
  private final StatusWriter statuses;
  private final Pace pace;
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  public MoveTidier(
      KubernetesClient client, EventRecorder events, StatusWriter statuses, Pace pace) {
    this.client = client;
    this.events = events;
    this.statuses = statuses;
    this.pace = pace;
  }

  /** @param moves of one collection */
  public void tidy(List<TierMove> moves) {
    Map<TenantId, List<TierMove>> finished = moves.stream()
        .filter(move -> MoveFacts.phase(statuses.last(move)).ended())
        .filter(move -> !move.isMarkedForDeletion())
        .filter(move -> PlannedTenant.of(move.getSpec()).isPresent())
        .collect(Collectors.groupingBy(move -> PlannedTenant.of(move.getSpec()).orElseThrow()));
    finished
        .values()
        .forEach(all -> all.stream()
            .sorted(Comparator.comparing(this::movedNothing)
                .thenComparing(Comparator.comparing(MoveFacts::created).reversed()))
            .skip(pace.keepFinishedPerTenant())
            .forEach(this::delete));
  }

  /**
   * Deletes a finished move.
   *
   * @return false where the API server refuses it, which is reported once
   * @throws KubernetesClientException where the API server does not answer
   */
  public boolean delete(TierMove move) {
    String uid = move.getMetadata().getUid();
    try {
      client.resource(move).delete();
      refused.remove(uid);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == NO_ANSWER) {
        throw e;
      }
      // Whatever refuses this one must not stop the evaluation, nor the other deletions.
      if (refused.add(uid)) {
        String sentence = "The API server refuses the deletion of this finished TierMove: "
            + (e.getStatus() == null || e.getStatus().getMessage() == null
                ? e.getMessage()
                : e.getStatus().getMessage())
            + ". It is tried again; allow it in the admission policy or the Role, or delete the TierMove";
        log.warn(
            "TierMove {}/{}: {}",
            move.getMetadata().getNamespace(),
            move.getMetadata().getName(),
            sentence);
        events.warning(move, "Tidy", Reasons.DELETE_REFUSED, sentence);
      }
      return false;
    }
  }

  private boolean movedNothing(TierMove move) {
    return MoveFacts.phase(statuses.last(move)) == MovePhase.EXPIRED;
  }
}
