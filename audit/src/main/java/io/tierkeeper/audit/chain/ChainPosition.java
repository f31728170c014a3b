package io.tierkeeper.audit.chain;

import org.jspecify.annotations.Nullable;

/** How far a chain has been followed, and whether a line may come next. */
public final class ChainPosition {

  /** A line that cannot come next. */
  public record Misfit(AuditFault.Kind kind, String sentence) {}

  private long firstSequence;
  private AuditHead head = AuditHead.EMPTY;
  private long term;
  private boolean begun;

  /**
   * Judges the scanned line; when it fits, the chain has come that far.
   *
   * @param firstOfFile a file that is the first one given may begin in the middle of a chain, if its line says so
   */
  @Nullable
  public Misfit follow(LineScanner line, boolean firstOfFile) {
    if (!line.hashFits()) {
      return new Misfit(AuditFault.Kind.CHANGED, "its content does not fit its entryhash");
    }
    boolean beginsHere = !begun && firstOfFile && line.sequence() > 1 && line.opensSegment();
    if (!beginsHere) {
      Misfit misfit = misplaced(line);
      if (misfit != null) {
        return misfit;
      }
    }
    if (line.term() < term) {
      return new Misfit(
          AuditFault.Kind.OLDER_TERM,
          "written in term " + line.term() + " after a line of term " + term);
    }
    firstSequence = begun ? firstSequence : line.sequence();
    begun = true;
    term = line.term();
    head = new AuditHead(line.sequence(), line.entryHash());
    return null;
  }

  private @Nullable Misfit misplaced(LineScanner line) {
    long expected = head.sequence() + 1;
    if (line.sequence() > expected) {
      return new Misfit(
          AuditFault.Kind.DROPPED,
          "sequence " + line.sequence() + " where " + expected + " belongs: "
              + (line.sequence() - expected) + " missing before it");
    }
    if (line.sequence() < expected) {
      return new Misfit(
          AuditFault.Kind.INSERTED,
          "sequence " + line.sequence() + " again, where " + expected + " belongs");
    }
    if (!line.prevHash().equals(head.headHash())) {
      return new Misfit(
          AuditFault.Kind.CHANGED,
          "its prevhash is not the hash of the line before: one of the two was written anew with a fitting hash");
    }
    return null;
  }

  /** Takes up a chain whose earlier lines are elsewhere. */
  public void takeUpAfter(AuditHead earlier) {
    head = earlier;
    begun = true;
  }

  public AuditHead head() {
    return head;
  }

  public long firstSequence() {
    return firstSequence;
  }

  public long term() {
    return term;
  }
}
