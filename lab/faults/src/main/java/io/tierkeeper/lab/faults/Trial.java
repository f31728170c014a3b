package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.inject.FaultKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One struck move, with everything that it takes to play it again. One death or unheard answer must leave it where its
 * course leads; after other mishaps, and after two, it may also end where it began.
 */
record Trial(Course course, long seed, List<PlannedFault> strikes, StruckMove.Journal journal) {

  /**
   * Reads what {@link #id()} wrote.
   *
   * @throws IllegalArgumentException that names the part that is wrong and what is allowed
   */
  static Trial of(String id) {
    String[] parts = id.split("/", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException("trial '" + id + "' has " + parts.length
          + " parts; allowed: COURSE/SEED/STRIKES/kept or /lost");
    }
    List<PlannedFault> strikes = new ArrayList<>();
    for (String strike : parts[2].isEmpty() ? new String[0] : parts[2].split(",", -1)) {
      strikes.add(strike(strike));
    }
    boolean lost = parts[3].equals("lost");
    if (!lost && !parts[3].equals("kept")) {
      throw new IllegalArgumentException(
          "journal '" + parts[3] + "' of the trial; allowed: kept, lost");
    }
    return new Trial(
        constant("course", Course.values(), parts[0]),
        number("seed of the trial", parts[1]),
        strikes,
        lost ? StruckMove.Journal.LOST_AT_DEATH : StruckMove.Journal.KEPT);
  }

  /** COURSE/SEED/STRIKES/JOURNAL, as {@code freeze/1/12=death-after-sending/kept}. */
  String id() {
    return word(course) + "/" + seed + "/"
        + strikes.stream().map(Trial::word).collect(Collectors.joining(","))
        + "/" + (journal == StruckMove.Journal.KEPT ? "kept" : "lost");
  }

  /**
   * Plays it.
   *
   * @return what became of it; no faults where all is well
   */
  Verdict play() {
    List<String> faults = new ArrayList<>();
    StruckMove.Outcome outcome = null;
    try {
      outcome = StruckMove.play(course, seed, strikes, journal);
      faults.addAll(outcome.faults());
      if (outcome.end() != course.end() && !mayEndElsewhere()) {
        faults.add("ended as " + outcome.end() + ", not as " + course.end());
      }
      if (strikes.size() == 1 && outcome.struck().isEmpty()) {
        faults.add("the write was not made");
      }
    } catch (IllegalStateException e) {
      faults.add(String.valueOf(e.getMessage()));
    }
    return new Verdict(this, outcome, faults);
  }

  /** A move may be taken back where its engine or its clock misbehaves, and not because it died or did not hear. */
  private boolean mayEndElsewhere() {
    return strikes.size() > 1
        || !strikes.stream().map(PlannedFault::kind).allMatch(Boundaries.OPEN_FATES::contains);
  }

  /**
   * A trial that was played.
   *
   * @param outcome null where it did not come to its end
   */
  record Verdict(Trial trial, StruckMove.@Nullable Outcome outcome, List<String> faults) {

    /** Whether all of its strikes came to pass. */
    boolean struckAll() {
      return outcome != null && outcome.struck().size() == trial.strikes().size();
    }
  }

  /** Reads what {@link #word(PlannedFault)} wrote. */
  static PlannedFault strike(String text) {
    String[] halves = text.split("=", 2);
    return new PlannedFault(
        number("strike '" + text + "' of the trial", halves[0]).intValue(),
        constant("mishap", FaultKind.values(), halves.length < 2 ? "" : halves[1]));
  }

  /** AT=MISHAP. */
  static String word(PlannedFault strike) {
    return strike.in() + "=" + word(strike.kind());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Long number(String what, String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(what + ": '" + text + "' is no number", e);
    }
  }

  private static <E extends Enum<E>> E constant(String what, E[] all, String text) {
    return Arrays.stream(all)
        .filter(each -> word(each).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(what + " '" + text
            + "' of the trial is unknown; allowed: "
            + Arrays.stream(all).map(Trial::word).collect(Collectors.joining(", "))));
  }
}
