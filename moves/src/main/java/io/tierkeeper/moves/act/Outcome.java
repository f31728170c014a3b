package io.tierkeeper.moves.act;

import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.remedy.Stall;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a mutation or scan.
 *
 * @param journal with what was learned
 * @param finished false while a scan has slices left
 * @param counts for the audit trail
 * @param stall why manual intervention is needed; null where it is not
 * @param notSent why a call was not made although it was announced, for the audit trail; null where it was
 */
public record Outcome(
    MoveJournal journal,
    boolean finished,
    Map<String, Long> counts,
    @Nullable Stall stall,
    @Nullable String notSent) {

  Outcome(MoveJournal journal, boolean finished, Map<String, Long> counts, @Nullable Stall stall) {
    this(journal, finished, counts, stall, null);
  }

  static Outcome done(MoveJournal journal) {
    return new Outcome(journal, true, Map.of(), null);
  }

  static Outcome unfinished(MoveJournal journal) {
    return new Outcome(journal, false, Map.of(), null);
  }

  static Outcome notSent(MoveJournal journal, String why) {
    return new Outcome(journal, false, Map.of(), null, why);
  }
}
