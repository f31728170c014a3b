package io.tierkeeper.lab.faults.operator;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.IdParts;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A seed of the whole operator with a single fault, at one write of one replica: to Kubernetes, to
 * Qdrant or to the audit trail.
 */
public record OperatorFaultCase(long seed, int replica, PlannedFault plannedFault) {

  public static final String WORD = "operator";

  private static final List<FaultKind> IN_TURNS = List.of(
      FaultKind.DEATH_BEFORE_SENDING,
      FaultKind.DEATH_AFTER_SENDING,
      FaultKind.DEATH_AFTER_THE_ANSWER,
      FaultKind.ANSWER_LOST,
      FaultKind.LATE);

  /**
   * Finds the writes of a seed by running it without faults, and injects one fault at each.
   *
   * @param round which kind of fault a write begins with; after as many rounds as there are kinds each write has had all
   * @throws IllegalStateException where the seed without faults has findings
   */
  public static List<OperatorFaultCase> all(long seed, int round) {
    OperatorRun.Report report = OperatorRun.play(seed, false);
    if (!report.evidence().findings().isEmpty()) {
      throw new IllegalStateException(
          "operator without faults, seed " + seed + ": " + report.evidence().findings());
    }
    List<OperatorFaultCase> faultCases = new ArrayList<>();
    for (int replica = 0; replica < report.writes().size(); replica++) {
      for (int at = 1; at <= report.writes().get(replica).size(); at++) {
        FaultKind kind = IN_TURNS.get((at + round) % IN_TURNS.size());
        faultCases.add(new OperatorFaultCase(seed, replica, new PlannedFault(at, kind)));
      }
    }
    return faultCases;
  }

  /**
   * Reads what {@link #id()} wrote.
   *
   * @throws IllegalArgumentException that names the part that is wrong and what is allowed
   */
  public static OperatorFaultCase of(String id) {
    String[] parts = id.split("/", -1);
    if (parts.length != 4 || !parts[2].matches("[01]")) {
      throw new IllegalArgumentException("trial '" + id
          + "' of the operator; allowed: operator/SEED/REPLICA/AT=FAULT with replica 0 or 1");
    }
    return new OperatorFaultCase(
        IdParts.number("seed of the trial", parts[1]),
        Integer.parseInt(parts[2]),
        IdParts.fault(parts[3]));
  }

  /** operator/SEED/REPLICA/AT=FAULT, as {@code operator/1/0/12=death-after-sending}. */
  public String id() {
    return WORD + "/" + seed + "/" + replica + "/" + IdParts.word(plannedFault);
  }

  /** Runs it. */
  public Verdict<OperatorFaultCase, OperatorRun.Report> play() {
    return Verdict.of(
        this,
        () -> OperatorRun.play(this),
        report -> report.injected().isEmpty()
            ? Stream.concat(
                    report.evidence().findings().stream(), Stream.of("the write was not made"))
                .toList()
            : report.evidence().findings());
  }
}
