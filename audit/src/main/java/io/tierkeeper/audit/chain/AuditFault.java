package io.tierkeeper.audit.chain;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The first bad line of a trail.
 *
 * @param line from 1, within the file
 * @param offset where that line begins in the file, in bytes; for a cut tail the length of the file
 * @param sentence what is wrong, for people
 */
public record AuditFault(Path file, long line, long offset, Kind kind, String sentence) {

  /** What is wrong with the line. */
  public enum Kind {
    /** Its content does not fit its hash, or it was written anew. */
    CHANGED,
    /** Lines before it are gone. */
    DROPPED,
    /** It does not belong here, but the line after it does. */
    INSERTED,
    /** It comes too early: the line that belongs here follows later. */
    REORDERED,
    /** The trail ends before its checkpoint. */
    CUT,
    /** The signature of a checkpoint is not that of a key that was given. */
    FORGED,
    /** A checkpoint has no signature where one is asked for, or no signed checkpoint covers the lines. */
    UNSIGNED,
    /** The line is of the trail of another collection. */
    FOREIGN,
    /** A deposed leader wrote it after its successor had begun. */
    OLDER_TERM,
    /** It is no audit line. */
    MALFORMED,
    /** The last line has no line feed: a crash while it was written, or a cut. */
    TORN
  }

  @Override
  public String toString() {
    return "%s: line %d, byte %d: %s: %s"
        .formatted(
            file, line, offset, kind.name().toLowerCase(Locale.ROOT).replace('_', ' '), sentence);
  }
}
