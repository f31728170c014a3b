package io.tierkeeper.lab.swarm;

import java.util.ArrayList;
import java.util.List;

/**
 * How many agents of a group have to finish before its next agent finds their results.
 *
 * @param steps one for each rank, beginning with the first agents of all groups
 */
public record ColdStart(List<Step> steps) {

  /**
   * The agents of one order of arrival, one of each group.
   *
   * @param agent their order of arrival in the group, from 1
   * @param finding share of these agents that found a packet about their kind of problem, 0 to 1
   * @param matches mean number of relevant packets that they found
   */
  public record Step(int agent, double finding, double matches) {}

  /**
   * Summarizes counts of relevant packets.
   *
   * @param relevant counts by rank, then by group; groups may have unequal sizes
   */
  static ColdStart of(List<List<Integer>> relevant) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < relevant.size(); i++) {
      List<Integer> found = relevant.get(i);
      steps.add(new Step(
          i + 1,
          found.stream().filter(count -> count > 0).count() / (double) found.size(),
          found.stream().mapToInt(Integer::intValue).average().orElse(0)));
    }
    return new ColdStart(List.copyOf(steps));
  }
}
