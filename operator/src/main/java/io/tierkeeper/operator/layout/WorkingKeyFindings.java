package io.tierkeeper.operator.layout;

import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.evaluation.OpenMove;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.RemedyRenderer;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Shard keys that moves work on, and those whose move does not exist any more; pure. */
public final class WorkingKeyFindings {

  private WorkingKeyFindings() {}

  /**
   * What is left over, with the command that removes what the first of these moves has left.
   *
   * @param moves all TierMoves of the collection
   */
  public static Optional<Finding> of(
      String collection, ClusterLayout layout, Collection<TierMove> moves) {
    Set<String> known = moves.stream()
        .map(move -> Move.keyId(move.getMetadata().getUid()))
        .collect(Collectors.toSet());
    Map<String, List<Replica>> left = layout.keys().stream()
        .filter(
            key -> ReservedNames.moveOf(key).filter(id -> !known.contains(id)).isPresent())
        .flatMap(key -> layout.replicas(key).stream())
        .collect(Collectors.groupingBy(
            replica -> ReservedNames.moveOf(replica.key()).orElseThrow(),
            TreeMap::new,
            Collectors.toList()));
    if (left.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<String, List<Replica>> first = left.entrySet().iterator().next();
    List<Replica> replicas = first.getValue();
    return Optional.of(new Finding(
        Reasons.WORKING_KEYS_LEFT,
        "Shard keys that moves have left behind whose TierMoves do not exist: "
            + left.entrySet().stream()
                .map(entry -> "of move " + entry.getKey() + ": "
                    + entry.getValue().stream()
                        .map(replica -> replica.key() + " (" + replica.state() + ", "
                            + Math.max(0, replica.points()) + " points, on peer "
                            + Long.toUnsignedString(replica.peerId()) + ")")
                        .sorted()
                        .collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "))
            + ". No move uses or deletes them. A key that ends in /z is a copy of the tenant's points at the"
            + " freeze: first see to it that the tenant's dedicated shard key is Active (docs/runbooks/"
            + Reasons.WORKING_KEYS_LEFT + ".md). This command saves and deletes those of move "
            + first.getKey()
            + ": " + RemedyRenderer.command(collection, new Remedy.DropWorkingKeys(replicas))));
  }

  /** The shard keys that moves of this operator work on now. */
  public static Set<ShardKey> ours(MoveFacts moves) {
    Set<ShardKey> ours = new HashSet<>();
    moves.open().forEach((tenant, move) -> {
      if (move.stage() == OpenMove.Stage.WORKING) {
        ours.add(ShardKey.of(tenant));
        TierMove resource = Objects.requireNonNull(moves.openResources().get(tenant));
        String id = Move.keyId(resource.getMetadata().getUid());
        ours.add(ReservedNames.freezeSource(id));
        ours.add(ReservedNames.thawedCopy(id));
      }
    });
    return ours;
  }
}
