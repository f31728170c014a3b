package io.tierkeeper.operator.layout;

/** A finding with its documented reason and a sentence that says what to do. */
public record Finding(String reason, String message) {}
