package io.tierkeeper.proof.bugs;

import java.util.List;

/** The list of bugs that are planted. */
public final class PlantedBugs {

  private static final String MOVES = "io.tierkeeper.moves.";

  private PlantedBugs() {}

  /** All of them. */
  public static List<PlantedBug> all() {
    return List.of(
        bug(
            "delete-before-verify",
            "The source of a promotion is deleted without anybody having compared the copy.",
            "a promotion whose copy lacks a late write",
            new Rewrite.Call(
                MOVES + "PromotionPlanner", "active", "verification", "verifiedUnseen")),
        bug(
            "key-deleted-before-merge",
            "A frozen key is deleted before what it took last has been merged.",
            "a demotion by freeze with a write between the last pass and the freeze",
            new Rewrite.Body(MOVES + "DemotionPlanner", "verified", "yes")),
        bug(
            "older-wins-in-merge",
            "Where both sides have changed, the merge takes the frozen point.",
            "a demotion by freeze with a write right after it",
            new Rewrite.Call(MOVES + "MergePass", "both", "merge", "second")));
  }

  /**
   * The one of this name.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static PlantedBug named(String name) {
    return all().stream()
        .filter(bug -> bug.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("bug: " + name + " is not planted; allowed: "
                + all().stream().map(PlantedBug::name).toList()));
  }

  private static PlantedBug bug(String name, String slip, String course, Rewrite... rewrites) {
    return new PlantedBug(name, slip, course, List.of(rewrites));
  }
}
