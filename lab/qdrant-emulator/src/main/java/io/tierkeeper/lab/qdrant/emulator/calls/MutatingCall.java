package io.tierkeeper.lab.qdrant.emulator.calls;

import java.time.Instant;

/**
 * A call that changes something, as an emulated peer saw it.
 *
 * @param verb its name, as {@code replicate_points}
 * @param peer the peer that was called
 * @param collection the collection, or the empty string where there is none
 * @param detail its arguments in brief
 * @param at when it arrived
 * @param outcome {@code ok}, the error text, or {@code lost} where a fault kept it from being performed
 */
public record MutatingCall(
    String verb, long peer, String collection, String detail, Instant at, String outcome) {}
