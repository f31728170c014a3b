package io.tierkeeper.audit.verify;

import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.SignatureCounts;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What the verifier found.
 *
 * @param ok no fault
 * @param lines read and found good, over all files
 * @param counts good lines by CloudEvents type
 * @param firstSequence of the first line, of the last trail when several were given; 0 without lines. Beyond 1 the
 *     earlier files were not given, so nothing is said about them
 * @param head the last good line, of the last trail when several were given
 * @param signatures of the checkpoints among the good lines
 * @param behindSignature good lines behind the last checkpoint whose signature was verified, of the last trail
 * @param fault the first bad line; null when ok
 */
public record AuditReport(
    boolean ok,
    long lines,
    SortedMap<String, Long> counts,
    long firstSequence,
    AuditHead head,
    SignatureCounts signatures,
    long behindSignature,
    @Nullable AuditFault fault) {}
