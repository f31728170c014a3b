package io.tierkeeper.proof.bugs;

import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;

/** What the planted bugs do instead of the right thing; called from rewritten classes only. */
public final class Slips {

  private Slips() {}

  /** Whatever was asked, the answer is yes. */
  public static boolean yes(Object asked) {
    return true;
  }

  /** Whatever was asked about this, the answer is yes. */
  public static boolean yesToo(Object asked, Object about) {
    return true;
  }

  /** A verification that never took place. */
  public static VerificationReport verifiedUnseen(MoveJournal journal) {
    return new VerificationReport(0, 0, 0, 0, "", 1, Verdict.EQUAL);
  }

  /** Of three the second. */
  public static Object second(Object first, Object second, Object third) {
    return second;
  }
}
