/**
 * The tamper-evident trail: one chained CloudEvents line for each observation, decision and step.
 *
 * <p>Writers see {@link io.tierkeeper.audit.AuditSink} and the payloads of {@link io.tierkeeper.audit.AuditEvents};
 * {@link io.tierkeeper.audit.JsonlAuditLog} stores, {@link io.tierkeeper.audit.AuditVerifier} names the first broken
 * line, {@link io.tierkeeper.audit.AuditReader} reads back. Design and rejected ideas: {@code DESIGN.md} beside.
 */
@NullMarked
package io.tierkeeper.audit;

import org.jspecify.annotations.NullMarked;
