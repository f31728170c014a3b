package io.tierkeeper.operator.move;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.qdrant.TenantId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Deletes the finished TierMoves of a tenant beyond a number: plans that moved nothing first, then the oldest. */
public final class MoveTidier {

  private final KubernetesClient client;
  private final StatusWriter statuses;
  private final Pace pace;

  public MoveTidier(KubernetesClient client, StatusWriter statuses, Pace pace) {
    this.client = client;
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
            .forEach(move -> client.resource(move).delete()));
  }

  private boolean movedNothing(TierMove move) {
    return MoveFacts.phase(statuses.last(move)) == MovePhase.EXPIRED;
  }
}
