package io.tierkeeper.audit;

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
 * @param fault the first bad line; null when ok
 */
public record AuditReport(
    boolean ok,
    long lines,
    SortedMap<String, Long> counts,
    long firstSequence,
    AuditHead head,
    @Nullable AuditFault fault) {}
