package io.tierkeeper.huf;

/** A score file that cannot be used: the message names file, line, field, value and what is allowed. */
public final class ScoreMistake extends Exception {
  private static final long serialVersionUID = 1;

  ScoreMistake(String message) {
    super(message, null, false, false);
  }
}
