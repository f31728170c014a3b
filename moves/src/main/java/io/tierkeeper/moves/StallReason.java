package io.tierkeeper.moves;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The reasons for which a move stalls; each has a runbook in {@code docs/runbooks}. */
public enum StallReason {
  PEERS_DISAGREE(
      "A peer does not answer, or the peers do not agree, for longer than the deadline."),
  FALLBACK_UNREADABLE("A count in the fallback fails, so the move cannot continue."),
  COLLECTION_MISSING("The collection does not exist in Qdrant."),
  DEDICATED_KEY_VANISHED("Another program or user deleted the dedicated key."),
  DEDICATED_KEY_NOT_ACTIVE("The dedicated key does not serve although it may hold the only copy."),
  STUCK_BEFORE_ACTIVE("Qdrant left the copy unfinished; writes go to both keys."),
  PLACEMENT_STUCK("The transfer of a replica of the dedicated key does not progress."),
  VERIFICATION_DIFFERENCE(
      "Points differ between the two keys and it is unknown which version is right."),
  SEARCHES_DIFFER("All points are equal, but searches in the two keys return different results."),
  UNMARKED_POINTS_IN_FALLBACK(
      "The fallback holds points of the tenant that the move did not copy."),
  ID_HELD_BY_ANOTHER_TENANT("Two tenants use the same id."),
  MARKER_FIELD_IN_USE("Points of the tenant have payload fields that are reserved for moves."),
  VECTOR_NOT_FINITE("A vector has components that are not finite, and each copy changes it."),
  FOREIGN_POINTS("The dedicated key holds points that are not the tenant's alone."),
  FOREIGN_TRANSFER("A transfer that the operator did not start does not end."),
  RESHARDING("A resharding does not end."),
  REVIVE_FAILED("The recovery of the frozen key fails."),
  FENCE_NOT_LIFTED("The fence does not lift: the tenant's writers are still paused."),
  REFUSED("Qdrant rejects a call permanently."),
  QDRANT_UNAVAILABLE("Qdrant has not carried out a call for longer than the deadline.");

  private final String sentence;

  StallReason(String sentence) {
    this.sentence = sentence;
  }

  /** The meaning, as in the index of the runbooks. */
  public String sentence() {
    return sentence;
  }

  /** PascalCase, as {@code PeersDisagree}. */
  public String apiName() {
    return Stream.of(name().split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** The path of the runbook, from the root of the project. */
  public String runbook() {
    return "docs/runbooks/" + apiName() + ".md";
  }
}
