package io.tierkeeper.audit.chain;

/**
 * How many checkpoints were signed.
 *
 * @param verified by a key that was given
 * @param unchecked signatures that were not verified, since no key was given
 * @param unsigned checkpoints without signature
 */
public record SignatureCounts(long verified, long unchecked, long unsigned) {}
