package io.tierkeeper.moves;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What the last copy was made from.
 *
 * @param copied fingerprint of the dedicated key after the last copy scan, once a scan has found few changes or no fewer than the one before; in a promotion that of the fallback before the copy was started
 * @param copiedTable which points {@code copied} stands for, as a table of hashes; null where it is not known
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record CopyEvidence(
    @Nullable String copied, @Nullable String copiedTable) {

  /** Nothing was copied, or nothing is known of it. */
  public static final CopyEvidence NONE = new CopyEvidence(null, null);
}
