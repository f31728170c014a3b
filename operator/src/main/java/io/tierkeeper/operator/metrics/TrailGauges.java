package io.tierkeeper.operator.metrics;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the gauges of a trail read.
 *
 * @param healthy whether the next line can be written, as far as is known
 * @param bytes of its files; NaN where the directory cannot be read
 * @param files of the trail; NaN where the directory cannot be read
 * @param freeBytes of the volume; NaN where it cannot be read
 */
public record TrailGauges(
    BooleanSupplier healthy,
    Supplier<Number> bytes,
    Supplier<Number> files,
    Supplier<Number> freeBytes) {}
