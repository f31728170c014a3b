package io.tierkeeper.lab.faults.inject;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reads and writes the parts of the id by which a run is repeated. */
public final class IdParts {

  private IdParts() {}

  /** Reads what {@link #word(PlannedFault)} wrote. */
  public static PlannedFault fault(String text) {
    String[] halves = text.split("=", 2);
    return new PlannedFault(
        number("fault '" + text + "' of the trial", halves[0]).intValue(),
        constant("fault", FaultKind.values(), halves.length < 2 ? "" : halves[1]));
  }

  /** AT=FAULT. */
  public static String word(PlannedFault fault) {
    return fault.in() + "=" + word(fault.kind());
  }

  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Long number(String what, String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(what + ": '" + text + "' is no number", e);
    }
  }

  public static <E extends Enum<E>> E constant(String what, E[] all, String text) {
    return Arrays.stream(all)
        .filter(each -> word(each).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(what + " '" + text
            + "' of the trial is unknown; allowed: "
            + Arrays.stream(all).map(IdParts::word).collect(Collectors.joining(", "))));
  }
}
