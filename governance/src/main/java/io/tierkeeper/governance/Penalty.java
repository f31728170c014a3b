package io.tierkeeper.governance;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * P(s) of one tenant: the penalty of its tier state and what the policy's own terms add to it.
 *
 * @param tier T(s), M or M_d, >= 0
 * @param terms one for each of the policy's terms, in its order
 */
public record Penalty(double tier, List<TermPenalty> terms) {
  private static final int LEAST_DIGITS = 2;
  private static final int MOST_DIGITS = 6;

  /** Keeps its own list. */
  public Penalty {
    terms = List.copyOf(terms);
  }

  /** P(s), >= 0; added up in the order of the terms, so that the same terms give the same bits. */
  public double total() {
    double total = tier;
    for (TermPenalty term : terms) {
      total += term.penalty();
    }
    return total;
  }

  /** Whether each term found a value that it knows, or none. */
  public boolean usable() {
    return terms.stream().allMatch(TermPenalty::usable);
  }

  /**
   * As people read it: {@code 0.40 = 0.10 tier + 0.30 privacy-class (restricted)}. A term that adds nothing is left out,
   * unless its value cannot be used.
   */
  public String text() {
    return decimal(total()) + " = " + decimal(tier) + " tier"
        + terms.stream()
            .filter(term -> term.penalty() > 0 || !term.usable())
            .map(Penalty::text)
            .collect(Collectors.joining());
  }

  private static String text(TermPenalty term) {
    String found = term.value() == null ? "no value" : term.value();
    return " + " + decimal(term.penalty()) + " " + term.name() + " (" + found
        + (term.usable() ? "" : ": not usable") + ")";
  }

  /** With two decimals, or as many more as it needs, at most six. */
  private static String decimal(double penalty) {
    BigDecimal rounded = BigDecimal.valueOf(penalty)
        .setScale(MOST_DIGITS, RoundingMode.HALF_UP)
        .stripTrailingZeros();
    return (rounded.scale() < LEAST_DIGITS ? rounded.setScale(LEAST_DIGITS) : rounded)
        .toPlainString();
  }
}
