package io.tierkeeper.audit;

/**
 * Where an event lies in the trail.
 *
 * @param sequence its line's number in the chain, from 1
 * @param entryHash its line's hash, {@code sha256:…}
 * @param alreadyPresent true when a line with this id was there before, so that nothing was appended
 */
public record AuditReceipt(long sequence, String entryHash, boolean alreadyPresent) {}
