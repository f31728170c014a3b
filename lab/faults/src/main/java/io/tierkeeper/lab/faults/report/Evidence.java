package io.tierkeeper.lab.faults.report;

import io.tierkeeper.lab.workload.CheckReport;
import java.util.List;
import java.util.Set;

/**
 * What a run of any kind contributes to the figures.
 *
 * @param check of the clients' history
 * @param deaths crashes of the move process, or of replicas, those by a lost lease too
 * @param decisions how often a stalled move required a manual intervention
 * @param states in which moves were seen, each with the fault at that time
 * @param findings what is wrong; empty when the run passed
 */
public record Evidence(
    CheckReport check, int deaths, int decisions, Set<String> states, List<String> findings) {}
