package io.tierkeeper.lab.testbed.prometheus;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a scrape of {@code /metrics} has read.
 *
 * @param at when
 * @param samples the value of each series, with its labels as Prometheus writes them
 */
public record Scrape(Instant at, Map<String, Double> samples) {

  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");

  /** A scrape of a process that does not answer. */
  public static Scrape failed(Instant at) {
    return new Scrape(at, Map.of());
  }

  /**
   * Reads the text format.
   *
   * @param target labels that Prometheus adds, such as {@code job="tierkeeper"}
   */
  public static Scrape read(Instant at, String text, String target) {
    Map<String, Double> samples = new TreeMap<>();
    text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
      Matcher sample = SAMPLE.matcher(line);
      if (!sample.matches()) {
        throw new IllegalArgumentException("no sample: " + line);
      }
      String labels = sample.group(2) == null ? target : sample.group(2) + "," + target;
      samples.put(sample.group(1) + "{" + labels + "}", number(sample.group(3)));
    });
    return new Scrape(at, samples);
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** The value of a series; NaN where there is none. */
  public double value(String series) {
    return samples.getOrDefault(series, Double.NaN);
  }
}
