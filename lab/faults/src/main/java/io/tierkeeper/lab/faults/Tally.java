package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.operator.OperatorFaultCase;
import io.tierkeeper.lab.faults.operator.OperatorRun;
import io.tierkeeper.lab.faults.report.Evidence;
import io.tierkeeper.lab.faults.report.MutantOutcome;
import io.tierkeeper.lab.faults.report.ProofFigures;
import io.tierkeeper.lab.faults.report.Verdict;
import io.tierkeeper.lab.faults.report.WriteCoverage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds up the figures of all runs; for one thread. */
final class Tally {

  private final Set<String> boundariesExisting = new HashSet<>();
  private final Set<String> boundariesTried = new HashSet<>();
  private final Set<String> pairsExisting = new HashSet<>();
  private final Set<String> pairsTried = new HashSet<>();
  private final List<ProofFigures.Finding> findings = new ArrayList<>();
  private final List<MutantOutcome> mutants = new ArrayList<>();
  private final Set<String> states = new HashSet<>();
  private ProofFigures.@Nullable Real real;
  private ProofFigures.Checked checked = ProofFigures.Checked.NOTHING;
  private WriteCoverage writes = WriteCoverage.NONE;
  private long trials;
  private long seeds;
  private long seedNanos;
  private long operatorSeeds;
  private long deaths;
  private long decisions;

  void boundaries(Boundaries boundaries) {
    boundaries
        .writes()
        .forEach((scenario, writes) ->
            writes.forEach(write -> boundariesExisting.add(scenario + " " + write)));
  }

  void boundary(Verdict<FaultCase, FaultCaseRun.Outcome> verdict) {
    faultCase(verdict);
    FaultCaseRun.Outcome outcome = verdict.report();
    if (outcome != null && !outcome.injected().isEmpty()) {
      int at = verdict.run().plannedFaults().getFirst().in();
      boundariesTried.add(verdict.run().scenario() + " " + outcome.writes().get(at - 1));
    }
  }

  void operatorBoundaries(List<OperatorFaultCase> all) {
    all.forEach(faultCase -> boundariesExisting.add(place(faultCase)));
  }

  void operatorBoundary(Verdict<OperatorFaultCase, OperatorRun.Report> verdict) {
    trials++;
    OperatorRun.Report report = verdict.report();
    if (report != null) {
      add(report.evidence());
      if (!report.injected().isEmpty()) {
        boundariesTried.add(place(verdict.run()));
      }
    }
    find(verdict, "--trial " + verdict.run().id());
  }

  private static String place(OperatorFaultCase faultCase) {
    return OperatorFaultCase.WORD + " " + faultCase.seed() + " " + faultCase.replica() + " "
        + faultCase.plannedFault().in();
  }

  void pairs(List<FaultPair> pairs) {
    pairs.forEach(pair -> pairsExisting.add(pair.name()));
  }

  void pair(Verdict<FaultCase, FaultCaseRun.Outcome> verdict) {
    faultCase(verdict);
    if (FaultCase.injectedAll(verdict)) {
      pairsTried.add(FaultPair.name(verdict.run()));
    }
  }

  private void faultCase(Verdict<FaultCase, FaultCaseRun.Outcome> verdict) {
    trials++;
    if (verdict.report() != null) {
      add(verdict.report().evidence());
    }
    find(verdict, "--trial " + verdict.run().id());
  }

  void seed(Verdict<Long, SimulatedRun.Report> verdict) {
    seeds++;
    if (verdict.report() != null) {
      writes = writes.plus(verdict.report().coverage());
      add(verdict.report().evidence());
    }
    find(verdict, "--seed " + verdict.run());
  }

  void operatorSeed(Verdict<Long, OperatorRun.Report> verdict) {
    operatorSeeds++;
    if (verdict.report() != null) {
      add(verdict.report().evidence());
    }
    find(verdict, "--operator-seed " + verdict.run());
  }

  void mutant(MutantOutcome outcome) {
    mutants.add(outcome);
    if (outcome instanceof MutantOutcome.Survived survived) {
      find(
          "mutant " + survived.mutant() + " survived " + survived.runs()
              + " runs (mutated code executed " + survived.executed() + " times)",
          "--bug " + survived.mutant());
    }
  }

  void real(RealRun.Report report) {
    long operations = 0;
    for (Evidence round : report.rounds()) {
      checked = checked.plus(round.check());
      operations += round.check().traffic().operations();
      round.findings().forEach(finding -> find(finding, "--short, which varies"));
    }
    real = new ProofFigures.Real(
        report.server(),
        report.moves(),
        report.kills(),
        report.pauses(),
        report.rounds().stream().mapToInt(Evidence::deaths).sum(),
        operations);
  }

  void seedsTook(long nanos) {
    seedNanos += nanos;
  }

  private void add(Evidence evidence) {
    deaths += evidence.deaths();
    decisions += evidence.decisions();
    states.addAll(evidence.states());
    checked = checked.plus(evidence.check());
  }

  private void find(Verdict<?, ?> verdict, String arguments) {
    verdict.findings().forEach(finding -> find(finding, arguments));
  }

  private void find(String what, String arguments) {
    findings.add(new ProofFigures.Finding(what, "./tierkeeper prove " + arguments));
  }

  /** All random seeds of moves have run. */
  void seedsRan() {
    if (seeds >= WriteCoverage.ENOUGH_SEEDS) {
      writes
          .missing()
          .forEach(cell -> find("no client has sent " + cell, "--seeds " + seeds + " --no-bugs"));
    }
  }

  List<ProofFigures.Finding> findings() {
    return findings;
  }

  ProofFigures figures() {
    return new ProofFigures(
        new ProofFigures.Coverage(
            boundariesTried.size(),
            boundariesExisting.size(),
            pairsTried.size(),
            pairsExisting.size(),
            trials),
        new ProofFigures.Seeds(
            seeds, seedNanos == 0 ? 0 : seeds * 1e9 / seedNanos, operatorSeeds, states.size()),
        deaths,
        decisions,
        checked,
        writes,
        List.copyOf(mutants),
        real,
        List.copyOf(findings));
  }
}
