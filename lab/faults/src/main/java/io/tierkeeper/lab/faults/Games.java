package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.operator.OperatorFaultCase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the simulator can play, each by an id that plays it again: a struck move, or a struck write of the whole operator, by that of its trial, a random
 * seed as {@code struck/7}, with late writes instead of other misfortune as {@code straying/7}, with writers in a hurry as
 * {@code contended/7}.
 */
public final class Games {

  private static volatile @Nullable Boundaries boundaries;

  private Games() {}

  /**
   * Plays one.
   *
   * @return what is wrong, line by line; empty where all is well
   * @throws IllegalArgumentException where it is no such id, with what is allowed
   */
  public static List<String> play(String id) {
    int slash = id.indexOf('/');
    for (FaultProfile trouble : FaultProfile.values()) {
      if (id.substring(0, Math.max(0, slash)).equals(trouble.word())) {
        return new SeedRun(number(id.substring(slash + 1)), trouble).play().faults();
      }
    }
    return id.startsWith(OperatorFaultCase.WORD + "/")
        ? OperatorFaultCase.of(id).play().faults()
        : FaultCase.of(id).play().faults();
  }

  /** Whether its tenant has more points than a page. */
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
   * Ids of games, those that differ most early: the undisturbed courses, then in turns a random seed and a struck move;
   * among these first one of each kind of write whose fate is not known.
   *
   * @param firstSeed of the random seeds, which go up from there; also draws the order of the struck moves
   */
  public static Stream<String> inTurns(long firstSeed) {
    List<FaultProfile> kinds =
        List.of(FaultProfile.CONTENTION, FaultProfile.NEMESIS, FaultProfile.STRAGGLERS);
    List<String> struck = struck(firstSeed);
    Stream<String> undisturbed = Stream.of(MoveScenario.values())
        .map(course -> new FaultCase(course, 1, List.of(), FaultCaseRun.Journal.KEPT).id());
    Stream<String> rest = IntStream.iterate(0, i -> i + 1)
        .boxed()
        .flatMap(i -> Stream.concat(
            Stream.of(kinds.get(i % kinds.size()).word() + "/" + (firstSeed + i / kinds.size())),
            i < struck.size() ? Stream.of(struck.get(i)) : Stream.of()));
    return Stream.concat(undisturbed, rest);
  }

  /** All struck moves, of one write and of two. */
  private static List<String> struck(long seed) {
    Boundaries known = boundaries;
    if (known == null) {
      known = Boundaries.of(List.of(MoveScenario.values()), 1);
      boundaries = known;
    }
    Set<String> kinds = new HashSet<>();
    List<String> first = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (FaultCase trial : known.trials(Boundaries.OPEN_FATES)) {
      PlannedFault strike = trial.strikes().getFirst();
      String write = known.struckBy(trial);
      boolean outside = write.startsWith("qdrant ") || write.startsWith("webhook ");
      boolean unknown = strike.kind() == FaultKind.ANSWER_LOST || strike.kind() == FaultKind.LATE;
      String kind = trial.course() + " " + strike.kind() + " " + write.replaceAll("\\d+$", "");
      (outside && unknown && kinds.add(kind) ? first : others).add(trial.id());
    }
    FaultPair.all(known.writes(), 1)
        .forEach(pair -> others.add(pair.trials().getFirst().id()));
    Random random = new Random(seed);
    Collections.shuffle(first, random);
    Collections.shuffle(others, random);
    first.addAll(others);
    return first;
  }
}
