package io.tierkeeper.moves;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why a move can need a person; a move stalls for nothing else, and each of these has a page in {@code docs/runbooks}. */
public enum StallReason {
  PEERS_DISAGREE("A peer is silent, or the peers do not agree, for longer than the deadline."),
  FALLBACK_UNREADABLE("The fallback does not answer a count, so nothing can be decided."),
  COLLECTION_MISSING("Qdrant has no collection of that name any more."),
  DEDICATED_KEY_VANISHED("Somebody deleted the tenant's own shard key."),
  DEDICATED_KEY_NOT_ACTIVE(
      "The tenant's own shard key does not serve although it may hold the only copy."),
  STUCK_BEFORE_ACTIVE("Qdrant left the copy unfinished; both keys are written."),
  PLACEMENT_STUCK("A replica of the tenant's own shard key is not being copied on."),
  VERIFICATION_DIFFERENCE("Points differ between the two keys and it is not clear who is right."),
  SEARCHES_DIFFER("All points are equal, but searches in the two keys find different ones."),
  UNMARKED_POINTS_IN_FALLBACK("The fallback holds points of the tenant that nobody can place."),
  ID_HELD_BY_ANOTHER_TENANT("Two tenants use the same id."),
  FOREIGN_TRANSFER("Somebody else's transfer does not end."),
  RESHARDING("A resharding does not end."),
  REVIVE_FAILED("The frozen key does not come back into service."),
  FENCE_NOT_LIFTED("The tenant's writers are still paused: the fence does not lift."),
  REFUSED("Qdrant refuses a call again and again.");

  private final String sentence;

  StallReason(String sentence) {
    this.sentence = sentence;
  }

  /** What it means, for people. */
  public String sentence() {
    return sentence;
  }

  /** PascalCase, as {@code PeersDisagree}. */
  public String apiName() {
    return Stream.of(name().split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** The page that says what to do, from the root of the project. */
  public String runbook() {
    return "docs/runbooks/" + apiName() + ".md";
  }
}
