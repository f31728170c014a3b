package io.tierkeeper.moves;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What the last copy was made from, and from the verification of a promotion on, what the fallback held when it was verified.
 *
 * @param copied fingerprint of the dedicated key after the last copy scan, once a scan has found few changes or no fewer than
 *     the one before; in a promotion that of the fallback before the copy was started, later as it was verified
 * @param copiedTable which points {@code copied} stands for, as a table of hashes; null where it is not known
 * @param left as {@code copied}, without the points that are just being deleted; null where none are
 * @param leftTable as {@code copiedTable}, without these points
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record CopyEvidence(
    @Nullable String copied,
    @Nullable String copiedTable,
    @Nullable String left,
    @Nullable String leftTable) {

  /** Nothing was copied, or nothing is known of it. */
  public static final CopyEvidence NONE = new CopyEvidence(null, null);

  /** Without the tables, which are 3 KB of text each. */
  @Override
  public String toString() {
    return "CopyEvidence[copied=" + copied + ", left=" + left + "]";
  }

  /** Nothing is being deleted. */
  public CopyEvidence(@Nullable String copied, @Nullable String copiedTable) {
    this(copied, copiedTable, null, null);
  }
}
