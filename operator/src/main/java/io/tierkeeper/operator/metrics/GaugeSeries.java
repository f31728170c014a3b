package io.tierkeeper.operator.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * The series of one gauge. A series exists while it is among those that were set last; one that stays is never missing in
 * between, as a scrape may happen at any time.
 */
final class GaugeSeries {

  private final MeterRegistry registry;
  private final Metric metric;
  private final Tags common;
  private final Map<Tags, Row> rows = new HashMap<>();

  GaugeSeries(MeterRegistry registry, Metric metric, Tags common) {
    this.registry = registry;
    this.metric = metric;
    this.common = common;
  }

  /** Replaces the series; each value is read at each scrape. */
  synchronized void set(Map<Tags, ? extends DoubleSupplier> values) {
    rows.entrySet().removeIf(entry -> {
      boolean gone = !values.containsKey(entry.getKey());
      if (gone) {
        registry.remove(entry.getValue().meter);
      }
      return gone;
    });
    values.forEach((tags, value) ->
        rows.computeIfAbsent(tags, key -> new Row(registry, metric, common.and(key), value)).value =
            value);
  }

  /** Replaces the series by numbers that do not change by themselves. */
  void setNumbers(Map<Tags, Double> values) {
    Map<Tags, DoubleSupplier> suppliers = new HashMap<>();
    values.forEach((tags, value) -> suppliers.put(tags, () -> value));
    set(suppliers);
  }

  /** A gauge with one series; NaN removes it. */
  void setOne(double value) {
    set(Double.isNaN(value) ? Map.of() : Map.of(Tags.empty(), () -> value));
  }

  private static final class Row {
    private final Meter meter;
    private volatile DoubleSupplier value;

    Row(MeterRegistry registry, Metric metric, Tags tags, DoubleSupplier first) {
      value = first;
      // A supplier is held; an object would be held weakly and its gauge would turn to NaN.
      meter = Gauge.builder(metric.id(), () -> value.getAsDouble())
          .description(metric.meaning())
          .tags(tags)
          .register(registry);
    }
  }
}
