package io.tierkeeper.lab.swarm;

import java.util.ArrayList;
import java.util.List;

/**
 * How many agents of a group have to finish before its next agent finds their results.
 *
 * @param steps one for each order of arrival, beginning with the first agents of all groups
 */
public record ColdStart(List<Step> steps) {

  /**
   * The agents of one order of arrival, one of each group.
   *
   * @param agent their order of arrival in the group, from 1
   * @param agents number of them
   * @param found number of them that found a packet of another agent about their kind of problem
   * @param covered share of the kinds of problems of their groups about which they can find such a packet, 0 to 1; its
   *     expected value is {@code expected}, with less spread than {@code found}
   * @param expected probability that an agent finds something: 1 − (2/3)^(agent−1)
   * @param matches mean number of relevant packets that they found
   */
  public record Step(
      int agent, int agents, int found, double covered, double expected, double matches) {}

  /**
   * What one agent found when it arrived.
   *
   * @param relevant number of packets of other agents about its kind of problem
   * @param kinds number of kinds about which it can find a packet
   */
  record Arrival(int relevant, int kinds) {}

  /**
   * Summarizes arrivals.
   *
   * @param arrivals by order of arrival, then by group; groups may have unequal sizes
   */
  static ColdStart of(List<List<Arrival>> arrivals) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < arrivals.size(); i++) {
      List<Arrival> rank = arrivals.get(i);
      steps.add(new Step(
          i + 1,
          rank.size(),
          (int) rank.stream().filter(one -> one.relevant() > 0).count(),
          rank.stream().mapToInt(Arrival::kinds).average().orElse(0) / ProblemDomain.KINDS,
          ProblemDomain.expected(i + 1),
          rank.stream().mapToInt(Arrival::relevant).average().orElse(0)));
    }
    return new ColdStart(List.copyOf(steps));
  }

  /** The mean number of relevant packets that an agent found, over all agents. */
  public double meanMatches() {
    return steps.stream().mapToDouble(step -> step.matches() * step.agents()).sum()
        / Math.max(1, steps.stream().mapToInt(Step::agents).sum());
  }
}
