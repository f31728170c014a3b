package io.tierkeeper.lab.swarm;

import java.util.ArrayList;
import java.util.List;

/**
 * How soon a group of agents is of use to its next member.
 *
 * @param steps one for each rank, the first agents of all groups first
 */
public record ColdStart(List<Step> steps) {

  /**
   * All agents of one rank, one of each group.
   *
   * @param rank from 1: so many agents of the group have been asked
   * @param finding the share of them who found a packet about their kind of problem, 0 to 1
   * @param matches relevant packets that they found, on average
   */
  public record Step(int rank, double finding, double matches) {}

  /**
   * From counts of relevant packets.
   *
   * @param relevant by rank, then by group; groups may have unequal sizes
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
