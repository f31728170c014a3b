package io.tierkeeper.lab.faults;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.faults.inject.Refusals;
import io.tierkeeper.lab.scene.FreezeWindow;
import io.tierkeeper.lab.scene.ManualIntervention;
import io.tierkeeper.lab.scene.SceneMoves;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A tenant that is moved under faults: its clients and their gateway, the process that moves it, and what must hold at the end. */
final class MovedTenant {

  /** The name of the tenant where a layout does not name another. */
  static final ShardKey ACME = ShardKey.of("acme");

  /** From the freeze to the end of the merge. */
  static final Set<MoveStep> AROUND_THE_MERGE =
      EnumSet.of(MoveStep.FREEZE, MoveStep.THAW_COPY, MoveStep.MERGE);

  private static final Set<MoveStep> MERGING =
      EnumSet.of(MoveStep.THAW_COPY, MoveStep.MERGE, MoveStep.REVIVE, MoveStep.GIVE_BACK);

  /** When a freeze was missed or is taken back. */
  static final Set<MoveStep> AFTER_A_FREEZE =
      EnumSet.of(MoveStep.REVIVE, MoveStep.GIVE_BACK, MoveStep.COPY, MoveStep.QUIET);

  private final Workload workload;
  private final ShardKey key;
  private final WriterGate gate;
  private final MoveProcess process;
  private final ManualIntervention intervention;
  private final SceneMoves moves;
  private Consumer<Progress.Stalled> onStalled = stalled -> {};
  private boolean outage;

  /**
   * A tenant of a loaded collection.
   *
   * @param prefix of the names of its moves
   * @param key of the tenant
   * @param points of all tenants
   * @param process that moves it, with the gateway of its writers
   */
  MovedTenant(
      String prefix,
      Workload workload,
      ShardKey key,
      int points,
      Function<WriterGate, MoveProcess> process) {
    this.workload = workload;
    this.key = key;
    this.gate = new WriterGate(workload, key);
    this.process = process.apply(gate);
    this.intervention = new ManualIntervention(workload, key, points);
    this.moves = new SceneMoves(prefix, workload.scene());
  }

  ShardKey key() {
    return key;
  }

  WriterGate gate() {
    return gate;
  }

  int deaths() {
    return process.deaths();
  }

  /** How often a stalled move required an intervention that needs knowledge of the tenant. */
  int decisions() {
    return intervention.decisions();
  }

  /** Sets the pauses of the tenant's writers and readers. */
  void pace(Duration ofWriters, Duration ofReaders) {
    workload.clients(key).pace(ofWriters, ofReaders);
  }

  /**
   * Lets the writers leave out at this step what a demotion by freeze does not keep, see docs/moves.md: payloads that are replaced and points
   * that are written again at once around a freeze, and vectors that are changed while the same vectors are merged.
   */
  void spare(MoveStep step, boolean fence) {
    workload
        .clients(key)
        .keepPayloads(!fence && (AROUND_THE_MERGE.contains(step) || AFTER_A_FREEZE.contains(step)));
    workload.clients(key).keepVectors(!fence && MERGING.contains(step));
  }

  /** Runs the next move to its end; for the parameters see {@link MoveProcess#move}. */
  Progress.Finished move(
      Direction direction,
      MoveSettings settings,
      Function<MoveStep, MoveSignals> requests,
      Duration timeout) {
    return process.move(
        moves.next(key, direction, settings),
        requests,
        stalled -> {
          onStalled.accept(stalled);
          if (!outage || stalled.reason() != StallReason.DEDICATED_KEY_NOT_ACTIVE) {
            intervention.decide(stalled);
          }
        },
        timeout);
  }

  /** Whether the dedicated key is out of service for a while; then it comes back without an intervention. */
  void outage(boolean now) {
    outage = now;
  }

  /** Observes the moves that require manual intervention. */
  void onStalled(Consumer<Progress.Stalled> observer) {
    onStalled = observer;
  }

  /** What Qdrant refuses the move process. */
  Refusals refusals() {
    return process.refusals();
  }

  /** Deletes the TierMove of the move that runs by force. */
  void forget() {
    process.forget();
  }

  /** Changes the settings of the move that runs, as an edited policy does. */
  void edit(UnaryOperator<MoveSettings> how) {
    process.edit(how);
  }

  /** Ends the move process; it is down when this returns. */
  void stop() {
    process.stop();
  }

  /** Lets the move process start again. */
  void start() {
    process.start();
  }

  /** Announces the stale reads of a freeze to the checker; the times are nanoseconds of the scheduler. */
  void announceStaleReads(long frozen, long merged, Progress.Finished end) {
    long points = FreezeWindow.stalePoints(end);
    if (points == Long.MAX_VALUE) {
      workload.missedFreezeBetween(key, frozen, merged);
    } else {
      workload.staleBetween(key, frozen, merged, points);
    }
  }

  /**
   * What is wrong when all moves have ended, whether or not a peer may have served from a replica that was left behind.
   *
   * @param behind then stale reads and low counts are Qdrant's own
   */
  List<String> findings(CheckReport check, boolean behind, boolean dedicated) {
    CheckReport.Anomalies anomalies = check.anomalies();
    return findings(
        check,
        anomalies.total() - (behind ? anomalies.partial() : 0),
        behind ? 0 : check.staleness().unannounced(),
        dedicated);
  }

  /**
   * What is wrong when all moves have ended.
   *
   * @param check of the history, after the clients have stopped
   * @param anomalies how many of the check count
   * @param dedicated whether the tenant must be in its dedicated key
   */
  List<String> findings(CheckReport check, long anomalies, boolean dedicated) {
    return findings(check, anomalies, check.staleness().unannounced(), dedicated);
  }

  private List<String> findings(CheckReport check, long anomalies, long stale, boolean dedicated) {
    List<String> findings = new ArrayList<>();
    if (anomalies > 0) {
      findings.add(check.toString());
    }
    if (stale > 0) {
      findings.add("stale reads outside of a freeze: " + check);
    }
    if (gate.closed()) {
      findings.add("the tenant's writers are still paused");
    }
    findings.addAll(process.findings());
    findings.addAll(Leftovers.find(workload.scene(), key, dedicated));
    return findings;
  }
}
