package io.tierkeeper.operator.collection;

import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.RemedyRenderer;
import io.tierkeeper.operator.collection.LayoutJudgement.Finding;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReservedNames;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Working shard keys whose move does not exist any more; pure. */
final class WorkingKeyFindings {

  private WorkingKeyFindings() {}

  /**
   * What is left over, with the command that removes what the first of these moves has left.
   *
   * @param moves all TierMoves of the collection
   */
  static Optional<Finding> of(String collection, ClusterLayout layout, Collection<TierMove> moves) {
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
}
