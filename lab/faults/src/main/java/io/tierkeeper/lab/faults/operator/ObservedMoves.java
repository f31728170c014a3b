package io.tierkeeper.lab.faults.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The TierMoves as the Kubernetes API has them. */
public final class ObservedMoves {

  private final SimulatedKubernetes kubernetes;
  private int seen = -1;
  private List<TierMove> last = List.of();

  ObservedMoves(SimulatedKubernetes kubernetes) {
    this.kubernetes = kubernetes;
  }

  /** All of them, finished ones too. */
  List<TierMove> all() {
    int now = kubernetes.changes("tiermoves").size();
    if (now != seen) {
      seen = now;
      last = read();
    }
    return last;
  }

  private List<TierMove> read() {
    Map<String, @Nullable JsonNode> newest = new LinkedHashMap<>();
    kubernetes.changes("tiermoves").forEach(change -> newest.put(change.name(), change.object()));
    List<TierMove> moves = new ArrayList<>();
    newest.values().forEach(object -> {
      if (object != null) {
        moves.add(Serialization.jsonMapper().convertValue(object, TierMove.class));
      }
    });
    return moves;
  }

  static ShardKey tenant(TierMove move) {
    return TenantId.of(move.getSpec().tenant(), move.getSpec().tenantInteger())
        .map(ShardKey::of)
        .orElseThrow();
  }

  /** The step in the journal of the status; empty before the first. */
  static Optional<MoveStep> step(TierMove move) {
    return move.getStatus() == null || move.getStatus().journal() == null
        ? Optional.empty()
        : Optional.of(MoveJournal.fromJson(move.getStatus().journal()).step());
  }

  /** For messages. */
  static String describe(TierMove move) {
    return move.getSpec().direction() + " " + tenant(move) + " "
        + (move.getStatus() == null
            ? "not begun"
            : move.getStatus().phase() + ": " + move.getStatus().message());
  }

  static boolean finished(TierMove move) {
    return move.getStatus() != null && move.getStatus().finishedAt() != null;
  }

  boolean allFinished() {
    return all().stream().allMatch(ObservedMoves::finished);
  }

  /** Why a move is stalled; empty where it is not. */
  static Optional<StallReason> stall(TierMove move) {
    if (move.getStatus() == null || move.getStatus().conditions() == null) {
      return Optional.empty();
    }
    return move.getStatus().conditions().stream()
        .filter(condition ->
            condition.getType().equals("Stalled") && condition.getStatus().equals("True"))
        .flatMap(condition -> Stream.of(StallReason.values())
            .filter(reason -> reason.apiName().equals(condition.getReason())))
        .findFirst();
  }
}
