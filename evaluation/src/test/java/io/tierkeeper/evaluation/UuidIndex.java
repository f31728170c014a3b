package io.tierkeeper.evaluation;

import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a field with a uuid index as Qdrant 1.19.0 answers them: facets in lower case with hyphens, filters that match
 * every spelling.
 */
final class UuidIndex {

  private UuidIndex() {}

  static QdrantReads over(QdrantReads keyword) {
    return (QdrantReads) Proxy.newProxyInstance(
        QdrantReads.class.getClassLoader(),
        new Class<?>[] {QdrantReads.class},
        (proxy, method, arguments) -> answer(keyword, method, arguments));
  }

  private static Object answer(QdrantReads port, Method method, Object[] arguments)
      throws ReflectiveOperationException {
    return switch (method.getName()) {
      case "facet" ->
        facet(port.facet(
            (String) arguments[0],
            (ShardSelector) arguments[1],
            (String) arguments[2],
            (int) arguments[3]));
      case "count" ->
        spellings((Filter) arguments[2]).stream()
            .mapToLong(
                filter -> port.count((String) arguments[0], (ShardSelector) arguments[1], filter))
            .sum();
      case "scroll" -> scroll(port, (ScrollRequest) arguments[0]);
      default -> method.invoke(port, arguments);
    };
  }

  private static List<FacetHit> facet(List<FacetHit> hits) {
    Map<String, Long> counts = new TreeMap<>();
    hits.forEach(hit ->
        counts.merge(canonical(String.valueOf(hit.tenant())), hit.count(), Long::sum));
    return counts.entrySet().stream()
        .map(hit -> new FacetHit(TenantId.of(hit.getKey()), hit.getValue()))
        .toList();
  }

  private static ScrollPage scroll(QdrantReads port, ScrollRequest request) {
    List<Point> points = new ArrayList<>();
    for (Filter filter : spellings(request.filter())) {
      points.addAll(port.scroll(new ScrollRequest(
              request.collection(),
              request.selector(),
              filter,
              request.from(),
              request.limit(),
              request.withPayload(),
              request.withVectors()))
          .points());
    }
    return new ScrollPage(points, null);
  }

  private static List<@Nullable Filter> spellings(@Nullable Filter filter) {
    List<@Nullable Filter> filters = new ArrayList<>();
    if (filter != null
        && filter.must().size() == 1
        && filter.must().get(0) instanceof Filter.Matches match) {
      String canonical = canonical(match.value().toString());
      filters.add(Filter.matches(match.field(), canonical));
      filters.add(Filter.matches(match.field(), canonical.toUpperCase(Locale.ROOT)));
      filters.add(Filter.matches(match.field(), canonical.replace("-", "")));
    } else {
      filters.add(filter);
    }
    return filters;
  }

  private static String canonical(String text) {
    String digits = text.toLowerCase(Locale.ROOT).replace("-", "");
    return digits.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }
}
