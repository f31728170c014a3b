package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.operator.OperatorFaultCase;
import io.tierkeeper.lab.faults.operator.OperatorRun;
import io.tierkeeper.lab.faults.operator.OperatorSeed;
import io.tierkeeper.lab.workload.CheckReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds up what was played; for one thread. */
final class Tally {

  private final Set<String> boundariesExisting = new HashSet<>();
  private final Set<String> boundariesTried = new HashSet<>();
  private final Set<String> pairsExisting = new HashSet<>();
  private final Set<String> pairsTried = new HashSet<>();
  private final List<ProofFigures.Finding> findings = new ArrayList<>();
  private final List<HuntOutcome> bugs = new ArrayList<>();
  private ProofFigures.@Nullable Real real;
  private long trials;
  private long seeds;
  private long seedNanos;
  private long operatorSeeds;
  private final Set<String> states = new HashSet<>();
  private long deaths;
  private long decisions;
  private long operations;
  private long lost;
  private long phantom;
  private long stale;
  private long staleAnnounced;
  private long unplaced;
  private long partial;
  private long doubled;
  private long leaked;
  private long longestReadGap;
  private long longestWriteGap;

  void boundaries(Boundaries boundaries) {
    boundaries
        .writes()
        .forEach((course, writes) ->
            writes.forEach(write -> boundariesExisting.add(course + " " + write)));
  }

  void boundary(FaultCase.Verdict verdict) {
    trial(verdict);
    FaultCaseRun.Outcome outcome = verdict.outcome();
    if (outcome != null && !outcome.injected().isEmpty()) {
      int at = verdict.faultCase().plannedFaults().getFirst().in();
      boundariesTried.add(
          verdict.faultCase().scenario() + " " + outcome.writes().get(at - 1));
    }
  }

  void operatorBoundaries(List<OperatorFaultCase> all) {
    all.forEach(trial -> boundariesExisting.add(place(trial)));
  }

  void operatorBoundary(OperatorFaultCase.Verdict verdict) {
    trials++;
    OperatorRun.Report report = verdict.report();
    if (report != null) {
      add(report);
      if (!report.injected().isEmpty()) {
        boundariesTried.add(place(verdict.faultCase()));
      }
    }
    String command = "./tierkeeper prove --trial " + verdict.faultCase().id();
    verdict.faults().forEach(fault -> findings.add(new ProofFigures.Finding(fault, command)));
  }

  private static String place(OperatorFaultCase trial) {
    return OperatorFaultCase.WORD + " " + trial.seed() + " " + trial.replica() + " "
        + trial.plannedFault().in();
  }

  void pairs(List<FaultPair> pairs) {
    pairs.forEach(pair -> pairsExisting.add(pair.name()));
  }

  void pair(FaultCase.Verdict verdict) {
    trial(verdict);
    if (verdict.struckAll()) {
      pairsTried.add(FaultPair.name(verdict.faultCase()));
    }
  }

  private void trial(FaultCase.Verdict verdict) {
    trials++;
    FaultCaseRun.Outcome outcome = verdict.outcome();
    if (outcome != null) {
      decisions += outcome.decisions();
      add(outcome.check());
      deaths += outcome.deaths();
    }
    String command = "./tierkeeper prove --trial " + verdict.faultCase().id();
    verdict.faults().forEach(fault -> findings.add(new ProofFigures.Finding(fault, command)));
  }

  void seed(SeedRun.Verdict verdict) {
    seeds++;
    SimulatedRun.Report report = verdict.report();
    if (report != null) {
      deaths += report.deaths();
      decisions += report.decisions();
      states.addAll(report.states());
      add(report.check());
    }
    String command = "./tierkeeper prove --seed " + verdict.run().seed();
    verdict.faults().forEach(fault -> findings.add(new ProofFigures.Finding(fault, command)));
  }

  void bug(HuntOutcome outcome) {
    bugs.add(outcome);
    if (outcome instanceof HuntOutcome.NotFound missed) {
      findings.add(new ProofFigures.Finding(
          "planted bug " + missed.bug() + " was not found in " + missed.played()
              + " games, its place was come by " + missed.reached() + " times",
          "./tierkeeper prove --bug " + missed.bug()));
    }
  }

  void real(RealRun.Report report) {
    real = new ProofFigures.Real(
        report.server(),
        report.moves().size(),
        report.kills(),
        report.pauses(),
        report.deaths(),
        report.checks().stream()
            .mapToLong(check -> check.traffic().operations())
            .sum());
    report.checks().forEach(this::add);
    report
        .faults()
        .forEach(fault -> findings.add(
            new ProofFigures.Finding(fault, "./tierkeeper prove --short, which varies")));
  }

  void operatorSeed(OperatorSeed.Verdict verdict) {
    operatorSeeds++;
    OperatorRun.Report report = verdict.report();
    if (report != null) {
      add(report);
    }
    String command = "./tierkeeper prove --operator-seed " + verdict.run().seed();
    verdict.faults().forEach(fault -> findings.add(new ProofFigures.Finding(fault, command)));
  }

  void seedsTook(long nanos) {
    seedNanos += nanos;
  }

  private void add(OperatorRun.Report report) {
    deaths += report.deaths();
    decisions += report.decisions();
    states.addAll(report.states());
    add(report.check());
  }

  private void add(CheckReport check) {
    operations += check.traffic().operations();
    lost += check.anomalies().lost();
    phantom += check.anomalies().phantom();
    stale += check.staleness().unannounced();
    staleAnnounced += check.staleness().reads() - check.staleness().unannounced();
    unplaced += check.unplaced();
    partial += check.anomalies().partial();
    doubled += check.anomalies().doubled();
    leaked += check.anomalies().leaked();
    longestReadGap = Math.max(longestReadGap, check.traffic().longestReadGap().millis());
    longestWriteGap =
        Math.max(longestWriteGap, check.traffic().longestWriteGap().millis());
  }

  List<ProofFigures.Finding> findings() {
    return findings;
  }

  ProofFigures figures() {
    return new ProofFigures(
        boundariesTried.size(),
        boundariesExisting.size(),
        pairsTried.size(),
        pairsExisting.size(),
        trials,
        seeds,
        seedNanos == 0 ? 0 : seeds * 1e9 / seedNanos,
        operatorSeeds,
        states.size(),
        deaths,
        decisions,
        operations,
        lost,
        phantom,
        stale,
        staleAnnounced,
        unplaced,
        partial,
        doubled,
        leaked,
        longestReadGap,
        longestWriteGap,
        List.copyOf(bugs),
        real,
        List.copyOf(findings));
  }
}
