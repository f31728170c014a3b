package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.TakenSnapshot;
import io.tierkeeper.moves.snapshot.KeyContent;
import io.tierkeeper.moves.snapshot.SnapshotOrigin;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.moves.snapshot.StoredSnapshot;
import io.tierkeeper.moves.snapshot.VectorNames;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Stores a snapshot of the dedicated key outside Qdrant, before a demotion or before the clean-up of a promotion. It changes
 * nothing in Qdrant. A repeat replaces what it has stored before.
 */
public record Snapshot(MoveStep step, int shardId, long peerId) implements Call {

  @Override
  public void describe(ObjectNode request) {
    request.put("shard", shardId).put("peer", Long.toUnsignedString(peerId));
  }

  @Override
  public Outcome perform(MutationContext context) {
    SnapshotStore store = context.snapshots();
    if (!store.present()) {
      throw new QdrantException.Rejected(
          "the operator has no directory for snapshots (TIERKEEPER_SNAPSHOT_DIR is not set)", null);
    }
    Move move = context.move();
    QdrantWrites peer = context.peer(peerId);
    CollectionDescription collection = peer.describe(move.collection())
        .orElseThrow(() -> new QdrantException.NotFound(
            "collection " + move.collection() + " does not exist", null));
    Instant now = context.clock().instant();
    SnapshotOrigin origin =
        SnapshotOrigin.of(move, beforeDemotion() ? "BeforeDemotion" : "BeforeCleanup", peerId);
    StoredSnapshot begun = StoredSnapshot.begun(
        origin,
        now,
        now.plus(move.settings().snapshots().keepFor()),
        VectorNames.of(collection.settings()));
    KeyContent before =
        KeyContent.read(peer, move.collection(), move.dedicated(), context.page(), read -> {});
    StoredSnapshot stored;
    try {
      stored = store.store(
          begun, file -> peer.streamShardSnapshot(move.collection(), shardId, file), () -> {
            // A process that leads no more does not complete what another one may have stored.
            context.leadership().requireLeading();
            return before.steady(KeyContent.read(
                peer, move.collection(), move.dedicated(), context.page(), read -> {}));
          });
    } catch (IOException e) {
      throw new QdrantException.Unavailable(
          "the snapshot cannot be stored in " + store.directory() + ": " + e, e);
    }
    TakenSnapshot taken = new TakenSnapshot(
        stored.file(),
        origin.peer(),
        stored.bytes(),
        stored.points(),
        stored.sha256(),
        stored.keepUntil());
    return new Outcome(
        context.journal().header(draft -> draft.taken(taken)),
        true,
        Map.of("points", stored.points(), "bytes", stored.bytes()),
        null);
  }

  private boolean beforeDemotion() {
    return step == MoveStep.PREFLIGHT;
  }

  /** A demotion has changed nothing yet; a promotion that waits for its clean-up is complete, and waits on. */
  @Override
  public Optional<Withdrawal> withdrawAfter(QdrantException failure, boolean overdue) {
    return beforeDemotion() && (overdue || failure instanceof QdrantException.Rejected)
        ? Optional.of(
            new Withdrawal(
                "SnapshotFailed",
                "The demotion was not begun, because no snapshot of the dedicated key could be stored: "
                    + QdrantErrors.text(failure)
                    + ". Fix the cause that this error names, or set snapshots.beforeDemotion to false in the policy."))
        : Optional.empty();
  }
}
