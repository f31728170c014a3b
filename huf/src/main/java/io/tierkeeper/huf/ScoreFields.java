package io.tierkeeper.huf;

/**
 * How a score file is read; the words are those of the framework's own adapter.
 *
 * @param id field of the item's name
 * @param score field of its value
 * @param regime field of its regime; items without it are of the regime {@code Global}
 * @param negative what becomes of negative scores
 * @param query what the scores answer, for the trace
 */
public record ScoreFields(String id, String score, String regime, Negative negative, String query) {

  /** What becomes of negative scores; values have to be at least 0. */
  public enum Negative {
    /** They become 0. */
    CLIP,
    /** The least is taken from all. */
    SHIFT
  }
}
