package io.tierkeeper.audit.chain;

/**
 * The end of the chain.
 *
 * @param sequence of the last line; 0 when there is none
 * @param headHash of the last line; {@link HashChain#GENESIS} when there is none
 */
public record AuditHead(long sequence, String headHash) {

  /** The head of a trail without lines. */
  public static final AuditHead EMPTY = new AuditHead(0, HashChain.GENESIS);
}
