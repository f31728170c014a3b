package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.JournalHeader;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.Protocol;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.Observation;

/** A dedicated key that has served the tenant and does not: the fallback takes the tenant's writes alone. */
public final class Outage {

  private Outage() {}

  /** The journal with an outage that is seen, however short it may be; nothing that was verified before it counts. */
  public static MoveJournal recorded(Move move, Observation seen, MoveJournal journal) {
    ClusterLayout layout = seen.layout();
    boolean outage = seen.unclear().isEmpty()
        && layout.replacedByFallback(move.dedicated())
        && unwanted(move, layout, journal);
    return outage && !journal.header().interrupted()
        ? journal.header(draft -> {
          draft.interrupted(true);
          draft.verification(null);
        })
        : journal;
  }

  private static boolean unwanted(Move move, ClusterLayout layout, MoveJournal journal) {
    JournalHeader header = journal.header();
    return switch (journal.protocol()) {
      case Protocol.Promotion promotion ->
        promotion.activeSince() != null || header.deletionBegun();
      // A freeze of this move is no outage: what it interrupts, a merge or a write-back settles.
      case Protocol.Demotion demotion ->
        header.startSentAt() == null
            && !header.deletionBegun()
            && (layout.state(move.freezeSourceKey()) == KeyState.ABSENT
                || (layout.state(move.dedicated()) != KeyState.DEAD
                    && layout.transfersInto(move.dedicated()).isEmpty()));
      case Protocol.Unassigned stored -> false;
    };
  }
}
