package io.tierkeeper.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.workload.HistoryChecker.FinalState;
import io.tierkeeper.lab.workload.Operation.Outcome;
import io.tierkeeper.lab.workload.Operation.Read;
import io.tierkeeper.lab.workload.Operation.Size;
import io.tierkeeper.lab.workload.Operation.Write;
import io.tierkeeper.lab.workload.Operation.WriteKind;
import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryCheckerTest {

  private static final ShardKey ACME = ShardKey.of("acme");

  @Test
  void isSilentAboutAHistoryInWhichEverythingIsThere() {
    CheckReport report =
        judge(Map.of(1L, 2L), write(1, 1, 0, 10), write(1, 2, 20, 30), read(1, 2, 40, 50));
    assertThat(report.clean()).isTrue();
    assertThat(report.findings()).isEmpty();
    assertThat(report.traffic().pointsWritten()).isEqualTo(2);
  }

  @Test
  void findsAnAcknowledgedPointThatIsAbsent() {
    assertThat(judge(Map.of(), write(1, 1, 0, 10)).anomalies().lost()).isOne();
  }

  @Test
  void findsAnAcknowledgedUpdateThatWasOverwrittenByAnOlderOne() {
    assertThat(judge(Map.of(1L, 1L), write(1, 1, 0, 10), write(1, 2, 20, 30))
            .anomalies()
            .lost())
        .isOne();
  }

  @Test
  void findsADeletedPointThatCameBack() {
    assertThat(judge(Map.of(1L, 1L), write(1, 1, 0, 10), delete(1, 2, 20, 30))
            .anomalies()
            .phantom())
        .isOne();
  }

  @Test
  void acceptsEitherEndOfAnUnknownWrite() {
    Write unknown = new Write(ACME, WriteKind.UPSERT, 1, 2, true, 20, 30, Outcome.UNKNOWN);
    assertThat(judge(Map.of(1L, 1L), write(1, 1, 0, 10), unknown).clean()).isTrue();
    assertThat(judge(Map.of(1L, 2L), write(1, 1, 0, 10), unknown).clean()).isTrue();
    Write deletion = new Write(ACME, WriteKind.DELETE, 1, 2, true, 20, 30, Outcome.UNKNOWN);
    assertThat(judge(Map.of(), write(1, 1, 0, 10), deletion).clean()).isTrue();
    assertThat(judge(Map.of(1L, 1L), write(1, 1, 0, 10), deletion).clean()).isTrue();
  }

  @Test
  void anUnknownWriteOfAPointExcusesNoLossOfIt() {
    Write unknown = new Write(ACME, WriteKind.UPSERT, 1, 2, true, 20, 30, Outcome.UNKNOWN);
    assertThat(judge(Map.of(), write(1, 1, 0, 10), unknown).anomalies().lost()).isOne();
  }

  @Test
  void findsAReadOlderThanWhatWasAcknowledgedBefore() {
    CheckReport report =
        judge(Map.of(1L, 2L), write(1, 1, 0, 10), write(1, 2, 20, 30), read(1, 1, 40, 50));
    assertThat(report.staleness().reads()).isOne();
  }

  @Test
  void allowsADeletedPointToBeKeptOnlyIfItWasChangedRightBeforeAMissedFreeze() {
    long second = 1_000_000_000L;
    FinalState kept = new FinalState(Map.of(1L, 2L), 0, 0);
    List<Operation> changedAndDeleted = List.of(
        write(1, 1, 0, second),
        write(1, 2, 100 * second, 100 * second + 1),
        delete(1, 3, 101 * second, 101 * second + 1),
        read(1, 2, 200 * second, 201 * second));
    var missed =
        new HistoryChecker.StaleWindow(ACME, 100 * second, 102 * second, Long.MAX_VALUE, true);
    CheckReport announced = HistoryChecker.check(changedAndDeleted, List.of(missed), kept);
    assertThat(announced.anomalies().phantom()).isZero();
    assertThat(announced.staleness().unannounced()).isZero();
    assertThat(announced.unplaced()).isOne();
    var whole = new HistoryChecker.StaleWindow(ACME, 100 * second, 102 * second, Long.MAX_VALUE);
    assertThat(HistoryChecker.check(changedAndDeleted, List.of(whole), kept)
            .anomalies()
            .phantom())
        .isOne();
    List<Operation> onlyDeleted =
        List.of(write(1, 2, 0, second), delete(1, 3, 101 * second, 101 * second + 1));
    assertThat(
            HistoryChecker.check(onlyDeleted, List.of(missed), kept).anomalies().phantom())
        .isOne();
    List<Operation> deletedLater = List.of(
        write(1, 2, 100 * second, 100 * second + 1), delete(1, 3, 103 * second, 104 * second));
    assertThat(HistoryChecker.check(deletedLater, List.of(missed), kept)
            .anomalies()
            .phantom())
        .isOne();
  }

  @Test
  void announcesADeletionThatMetNothingOnlyForAPointThatWasNewAtTheFreeze() {
    long second = 1_000_000_000L;
    var window =
        List.of(new HistoryChecker.StaleWindow(ACME, 100 * second, 102 * second, Long.MAX_VALUE));
    FinalState back = new FinalState(Map.of(1L, 1L), 0, 0);
    CheckReport young = HistoryChecker.check(
        List.of(
            write(1, 1, 98 * second, 99 * second), delete(1, 2, 101 * second, 101 * second + 1)),
        window,
        back);
    assertThat(young.anomalies().phantom()).isZero();
    assertThat(young.unplaced()).isOne();
    CheckReport old = HistoryChecker.check(
        List.of(
            write(1, 1, 90 * second, 91 * second), delete(1, 2, 101 * second, 101 * second + 1)),
        window,
        back);
    assertThat(old.anomalies().phantom()).isOne();
    CheckReport before = HistoryChecker.check(
        List.of(write(1, 1, 98 * second, 99 * second), delete(1, 2, 99 * second, 99 * second + 1)),
        window,
        back);
    assertThat(before.anomalies().phantom()).isOne();
  }

  @Test
  void judgesEachReadOfALongHistoryByWhatWasAcknowledgedThen() {
    int writes = 50_000;
    List<Operation> history = new ArrayList<>();
    for (int version = 1; version <= writes; version++) {
      history.add(write(1, version, 10L * version, 10L * version + 2));
      history.add(read(1, version, 10L * version + 4, 10L * version + 6));
    }
    // One of them is one version behind.
    history.set(2 * 777 - 1, read(1, 776, 7774, 7776));
    CheckReport report =
        HistoryChecker.check(history, new FinalState(Map.of(1L, (long) writes), 0, 0));
    assertThat(report.staleness().reads()).isOne();
    assertThat(report.findings())
        .containsExactly(
            "point 1 of acme was read as version 776 after version 777 was acknowledged or seen");
    assertThat(report.traffic().operations()).isEqualTo(2L * writes);
  }

  @Test
  void acceptsAReadThatOverlapsTheWrite() {
    assertThat(judge(Map.of(1L, 2L), write(1, 1, 0, 10), write(1, 2, 20, 60), read(1, 1, 40, 50))
            .clean())
        .isTrue();
  }

  @Test
  void findsAReaderThatGoesBack() {
    Write unwaited = new Write(ACME, WriteKind.UPSERT, 1, 2, false, 20, 30, Outcome.OK);
    CheckReport report =
        judge(Map.of(1L, 2L), write(1, 1, 0, 10), unwaited, read(1, 2, 40, 50), read(1, 1, 60, 70));
    assertThat(report.staleness().reads()).isOne();
  }

  @Test
  void findsAVersionThatWasNeverWritten() {
    assertThat(judge(Map.of(1L, 1L), write(1, 1, 0, 10), read(1, 7, 40, 50))
            .anomalies()
            .phantom())
        .isOne();
  }

  @Test
  void findsATenantSeenInPart() {
    Size size = new Size(ACME, 4, 5, 9, 0, 10, Outcome.OK);
    assertThat(judge(Map.of(), size).anomalies().partial()).isOne();
    assertThat(judge(Map.of(), new Size(ACME, 5, 5, 9, 0, 10, Outcome.OK)).clean())
        .isTrue();
  }

  @Test
  void takesAnAnnouncedWindowForStaleButNotForMoreThanItsPoints() {
    List<HistoryChecker.StaleWindow> windows =
        List.of(new HistoryChecker.StaleWindow(ACME, 35, 60, 2));
    List<Operation> history = List.of(
        write(1, 1, 0, 10),
        write(1, 2, 20, 30),
        read(1, 1, 40, 50),
        new Size(ACME, 11, 5, 9, 50, 55, Outcome.OK),
        new Size(ACME, 3, 5, 9, 50, 55, Outcome.OK));
    CheckReport inside =
        HistoryChecker.check(history, windows, new FinalState(Map.of(1L, 2L), 0, 0));
    assertThat(inside.whole()).isTrue();
    assertThat(inside.staleness().reads()).isEqualTo(3);
    assertThat(inside.staleness().unannounced()).isZero();

    List<Operation> more = List.of(
        write(1, 1, 0, 10),
        write(1, 2, 20, 30),
        read(1, 1, 70, 80),
        new Size(ACME, 12, 5, 9, 50, 55, Outcome.OK),
        new Size(ACME, 2, 5, 9, 50, 55, Outcome.OK),
        new Size(ACME, 10, 5, 9, 61, 65, Outcome.OK));
    CheckReport outside = HistoryChecker.check(more, windows, new FinalState(Map.of(1L, 2L), 0, 0));
    assertThat(outside.anomalies().partial()).isEqualTo(3);
    assertThat(outside.staleness().reads()).isOne();
    assertThat(outside.staleness().unannounced()).isOne();
  }

  @Test
  void countsFailedDoubledAndForeignReads() {
    CheckReport report = judge(
        Map.of(),
        new Read(ACME, 1, new long[0], new long[0], 1, 2, 3, 0, 1, Outcome.UNKNOWN),
        new Size(ACME, -1, 0, 0, 0, 1, Outcome.UNKNOWN));
    assertThat(report.traffic().readsFailed()).isEqualTo(2);
    assertThat(report.anomalies().doubled()).isOne();
    assertThat(report.anomalies().leaked()).isEqualTo(2);
    assertThat(report.anomalies().phantom()).isEqualTo(3);
  }

  @Test
  void excusesAnOlderVectorOnlyWhileAFreezeAnnouncesIt() {
    Write first = write(1, 1, 0, 10);
    Write second = write(1, 2, 20, 30);
    // The version of the second write, with the vector of the first.
    Read mixed = parts(50, 60, 2, 1);
    FinalState end = new FinalState(Map.of(1L, 2L), 0, 0);
    CheckReport within = HistoryChecker.check(
        List.of(first, second, mixed),
        List.of(new HistoryChecker.StaleWindow(ACME, 55, 90, 1)),
        end);
    assertThat(within.staleness().reads()).isPositive();
    assertThat(within.staleness().unannounced()).isZero();
    assertThat(within.anomalies().phantom()).isZero();
    CheckReport after = HistoryChecker.check(
        List.of(first, second, mixed),
        List.of(new HistoryChecker.StaleWindow(ACME, 10, 40, 1)),
        end);
    assertThat(after.anomalies().phantom()).isOne();
    CheckReport whileWritten = HistoryChecker.check(
        List.of(
            first,
            new Write(ACME, WriteKind.UPSERT, 1, 2, true, 45, 70, Outcome.OK),
            parts(50, 60, 1, 2)),
        end);
    assertThat(whileWritten.anomalies().phantom()).as("half of an upsert").isOne();
  }

  @Test
  void followsEachFieldAndVectorOnItsOwn() {
    Write whole = parts(WriteKind.UPSERT, 1, ALL, 0, 0, 10);
    Write title = parts(WriteKind.SET_PAYLOAD, 2, TITLE, 0, 20, 30);
    Write score = parts(WriteKind.SET_PAYLOAD, 3, SCORE, 0, 40, 50);
    Write vector = parts(WriteKind.UPDATE_VECTORS, 4, VECTOR, 0, 60, 70);
    Write untitled = parts(WriteKind.DELETE_PAYLOAD, 5, 0, TITLE, 80, 90);
    List<Operation> history = List.of(whole, title, score, vector, untitled);
    assertThat(HistoryChecker.check(history, end(1, 4, -1, 3)).clean()).isTrue();
    assertThat(HistoryChecker.check(history, end(1, 4, -1, 1)).anomalies().lost())
        .as("an update of one field")
        .isOne();
    assertThat(HistoryChecker.check(history, end(1, 1, -1, 3)).anomalies().lost())
        .as("an update of the vector")
        .isOne();
    assertThat(HistoryChecker.check(history, end(1, 4, 2, 3)).anomalies().phantom())
        .as("a removed field")
        .isOne();
    assertThat(HistoryChecker.check(history, end(1, 4, -1, 2)).anomalies().phantom())
        .as("a value of another field's write")
        .isOne();
    assertThat(HistoryChecker.check(history, end(1, 4, -1, -1)).anomalies().lost())
        .as("an absent field")
        .isOne();
    List<Operation> read = new ArrayList<>(history);
    read.add(parts(55, 58, 1, 1, 2, 1));
    assertThat(HistoryChecker.check(read, end(1, 4, -1, 3)).staleness().reads()).isOne();
  }

  @Test
  void followsEachNamedVectorOnItsOwn() {
    List<Operation> history = List.of(
        parts(WriteKind.UPSERT, 1, ALL, 0, 0, 10),
        parts(WriteKind.UPDATE_VECTORS, 2, VECTOR | WORDS, 0, 20, 30),
        parts(WriteKind.DELETE_VECTORS, 3, 0, IMAGE, 40, 50));
    assertThat(HistoryChecker.check(history, vectors(2, -1, 2, 1)).clean()).isTrue();
    assertThat(HistoryChecker.check(history, vectors(2, -1, 1, 1)).anomalies().lost())
        .as("an update of one of two vectors")
        .isOne();
    assertThat(HistoryChecker.check(history, vectors(2, 1, 2, 1)).anomalies().phantom())
        .as("a deleted vector that has come back")
        .isOne();
    assertThat(HistoryChecker.check(history, vectors(2, -1, 2, -1)).anomalies().lost())
        .as("a vector that is gone")
        .isOne();
    assertThat(HistoryChecker.check(history, vectors(2, -1, 2, 2)).anomalies().phantom())
        .as("a version that did not write this vector")
        .isOne();
    List<Operation> read = new ArrayList<>(history);
    read.add(new Read(
        ACME,
        1,
        new long[] {1},
        new long[] {1},
        new long[][] {vectors(2, 1, 2, 1).registers().get(1L)},
        0,
        0,
        0,
        60,
        70,
        Outcome.OK));
    assertThat(HistoryChecker.check(read, vectors(2, -1, 2, 1)).staleness().reads())
        .as("a read of a vector after its deletion")
        .isOne();
  }

  private static FinalState vectors(long vector, long image, long words, long tokens) {
    long[] registers = registers(1, vector);
    registers[PointRegister.IMAGE.ordinal()] = image;
    registers[PointRegister.WORDS.ordinal()] = words;
    registers[PointRegister.TOKENS.ordinal()] = tokens;
    return new FinalState(Map.of(1L, 1L), Map.of(1L, registers), 0, 0);
  }

  private static final int ALL = (1 << PointRegister.COUNT) - 1;
  private static final int VECTOR = PointRegister.VECTOR.bit();
  private static final int IMAGE = PointRegister.IMAGE.bit();
  private static final int WORDS = PointRegister.WORDS.bit();
  private static final int TITLE = PointRegister.TITLE.bit();
  private static final int SCORE = PointRegister.SCORE.bit();

  private static Write parts(
      WriteKind kind, long version, int sets, int removes, long invoked, long returned) {
    return new Write(ACME, kind, 1, version, sets, removes, true, invoked, returned, Outcome.OK);
  }

  /** All other registers are not read. */
  private static long[] registers(long... first) {
    long[] registers = new long[PointRegister.COUNT];
    Arrays.fill(registers, PointRegister.NOT_READ);
    System.arraycopy(first, 0, registers, 0, first.length);
    return registers;
  }

  private static Read parts(long invoked, long returned, long... registers) {
    return new Read(
        ACME,
        1,
        new long[] {1},
        new long[] {registers[0]},
        new long[][] {registers(registers)},
        0,
        0,
        0,
        invoked,
        returned,
        Outcome.OK);
  }

  private static FinalState end(long... registers) {
    return new FinalState(Map.of(1L, registers[0]), Map.of(1L, registers(registers)), 0, 0);
  }

  @Test
  void findsATenantThatLivesInBothTiersAtRest() {
    assertThat(HistoryChecker.check(List.of(), new FinalState(Map.of(), 3, 0))
            .anomalies()
            .doubled())
        .isEqualTo(3);
  }

  private static CheckReport judge(Map<Long, Long> end, Operation... history) {
    return HistoryChecker.check(List.of(history), new FinalState(end, 0, 0));
  }

  private static Write write(long id, long version, long invoked, long returned) {
    return new Write(ACME, WriteKind.UPSERT, id, version, true, invoked, returned, Outcome.OK);
  }

  private static Write delete(long id, long version, long invoked, long returned) {
    return new Write(ACME, WriteKind.DELETE, id, version, true, invoked, returned, Outcome.OK);
  }

  private static Read read(long id, long version, long invoked, long returned) {
    return new Read(
        ACME, 1, new long[] {id}, new long[] {version}, 0, 0, 0, invoked, returned, Outcome.OK);
  }
}
