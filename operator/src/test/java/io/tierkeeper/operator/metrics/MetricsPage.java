package io.tierkeeper.operator.metrics;

import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The page with every metric of the operator, as a scrape shows it. */
final class MetricsPage {

  private static final Pattern TYPE =
      Pattern.compile("# TYPE (tierkeeper_[a-z0-9_]+) (gauge|counter|histogram)");
  /** What a scrape appends to the name of a counter. */
  private static final String COUNTED = "_total";

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private MetricsPage() {}

  /**
   * In Markdown.
   *
   * @param scrape of a registry in which each metric has a series
   */
  static String of(String scrape) {
    StringBuilder page = new StringBuilder("""
        # Metrics

        <!-- Written by OperatorMetersTest from a scrape; its remedy is the command that writes it again. -->

        The operator exports these metrics at `/metrics` in the text format of Prometheus. Only the leader has series of collections; they are
        removed when the collection is deleted. A gauge about something that is wrong exists only as long as it is wrong. Series of single tenants
        exist for the 20 biggest of a collection. [Alerts and dashboards](observability.md) use these metrics. JOSDK's metrics (`reconciliations_…`)
        and those of the JVM are exported as well.

        A histogram has the series `…_bucket`, `…_sum` and `…_count`, and the gauge `…_max`. The label `collection` is `NAMESPACE/NAME` of the
        TieredCollection.

        | metric | type | labels | unit | meaning |
        |---|---|---|---|---|
        """);
    TreeMap<String, String> types = types(scrape);
    for (Metric metric : Metric.values()) {
      String id = id(metric);
      String name = types.containsKey(id) ? id : id + COUNTED;
      page.append("| `%s` | %s | %s | %s | %s |%n"
          .formatted(
              name,
              types.get(name),
              labels(scrape, name).stream()
                  .map("`%s`"::formatted)
                  .collect(Collectors.joining(", ")),
              metric.unit().words(),
              metric.meaning().replaceAll("docs/([a-z/A-Z-]+\\.md)", "[$0]($1)")));
    }
    return page.toString();
  }

  /** Ids of the operator's own metrics in a scrape. */
  static Set<String> ids(String scrape) {
    return types(scrape).keySet().stream()
        .map(name -> name.replaceFirst(COUNTED + "$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** As a scrape has it, without what is appended. */
  static String id(Metric metric) {
    return metric.id().replace('.', '_');
  }

  /** By name, without the maxima of histograms. */
  private static TreeMap<String, String> types(String scrape) {
    TreeMap<String, String> types = new TreeMap<>();
    Matcher matcher = TYPE.matcher(scrape);
    while (matcher.find()) {
      if (!matcher.group(1).endsWith("_max")) {
        types.put(matcher.group(1), matcher.group(2));
      }
    }
    return types;
  }

  private static Set<String> labels(String scrape, String name) {
    return scrape
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + "_bucket{"))
        .flatMap(line -> LABEL.matcher(line).results().map(label -> label.group(1)))
        .filter(label -> !label.equals("le"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
