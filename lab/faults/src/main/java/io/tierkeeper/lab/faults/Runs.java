package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.operator.OperatorFaultCase;
import io.tierkeeper.lab.faults.operator.OperatorRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All runs of the simulator by the id that repeats them: a fault case of a move or of the whole operator by the id of the
 * case, a random seed of the whole operator as {@code operator/7}, of a move as {@code struck/7}, with late writes instead of a nemesis as {@code straying/7}, with fast writers
 * as {@code contended/7}, with outages of the dedicated key as {@code interrupted/7}, with edited settings as {@code edited/7}, with obstacles as
 * {@code obstructed/7}.
 */
public final class Runs {

  private static final String OPERATOR = OperatorFaultCase.WORD + "/";

  private static volatile @Nullable Boundaries boundaries;

  private Runs() {}

  /**
   * Makes one run.
   *
   * @return its findings; empty when it passed
   * @throws IllegalArgumentException when there is no such id, with what is allowed
   */
  public static List<String> play(String id) {
    int slash = id.indexOf('/');
    for (FaultProfile profile : FaultProfile.values()) {
      if (id.substring(0, Math.max(0, slash)).equals(profile.word())) {
        return SimulatedRun.verdict(number(id.substring(slash + 1)), profile).findings();
      }
    }
    String seed = id.startsWith(OPERATOR) ? id.substring(OPERATOR.length()) : "";
    if (!seed.isEmpty() && seed.indexOf('/') < 0) {
      return OperatorRun.numbered(number(seed)).findings();
    }
    return id.startsWith(OPERATOR)
        ? OperatorFaultCase.of(id).play().findings()
        : FaultCase.of(id).play().findings();
  }

  /** Whether the tenant of a run has more points than a page. */
  public static boolean hasManyPoints(String id) {
    return id.startsWith(FaultProfile.NEMESIS.word() + "/")
        && SimulatedRun.hasManyPoints(number(id.substring(id.indexOf('/') + 1)));
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("seed '" + text + "' is no number", e);
    }
  }

  /**
   * Ids of runs, those that differ most first: the scenarios without faults, then in turns a random seed and a fault case;
   * among these first one of each kind of write whose outcome is unknown.
   *
   * @param firstSeed of the random seeds, which go up from there; also draws the order of the fault cases
   */
  public static Stream<String> inTurns(long firstSeed) {
    List<FaultProfile> kinds = List.of(
        FaultProfile.CONTENTION,
        FaultProfile.NEMESIS,
        FaultProfile.LATE_WRITES,
        FaultProfile.OUTAGE,
        FaultProfile.EDITS,
        FaultProfile.OBSTACLES);
    List<String> injected = injected(firstSeed);
    Stream<String> undisturbed = Stream.of(MoveScenario.values())
        .map(scenario -> new FaultCase(scenario, 1, List.of(), FaultCaseRun.Journal.KEPT).id());
    Stream<String> rest = IntStream.iterate(0, i -> i + 1)
        .boxed()
        .flatMap(i -> Stream.concat(
            Stream.of(kinds.get(i % kinds.size()).word() + "/" + (firstSeed + i / kinds.size())),
            i < injected.size() ? Stream.of(injected.get(i)) : Stream.of()));
    return Stream.concat(undisturbed, rest);
  }

  /** Ids of random seeds of the whole operator. */
  public static Stream<String> ofOperators(long firstSeed) {
    return LongStream.iterate(firstSeed, seed -> seed + 1).mapToObj(seed -> OPERATOR + seed);
  }

  /** All fault cases, with one fault and with two. */
  private static List<String> injected(long seed) {
    Boundaries known = boundaries;
    if (known == null) {
      known = Boundaries.of(List.of(MoveScenario.values()), 1);
      boundaries = known;
    }
    Set<String> kinds = new HashSet<>();
    List<String> first = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (FaultCase faultCase : known.faultCases(Boundaries.OPEN_FATES)) {
      PlannedFault plannedFault = faultCase.plannedFaults().getFirst();
      String write = known.faultedWrite(faultCase);
      boolean outside = write.startsWith("qdrant ") || write.startsWith("webhook ");
      boolean unknown =
          plannedFault.kind() == FaultKind.ANSWER_LOST || plannedFault.kind() == FaultKind.LATE;
      String kind =
          faultCase.scenario() + " " + plannedFault.kind() + " " + write.replaceAll("\\d+$", "");
      (outside && unknown && kinds.add(kind) ? first : others).add(faultCase.id());
    }
    FaultPair.all(known.writes(), 1)
        .forEach(pair -> others.add(pair.faultCases().getFirst().id()));
    Random random = new Random(seed);
    Collections.shuffle(first, random);
    Collections.shuffle(others, random);
    first.addAll(others);
    return first;
  }
}
