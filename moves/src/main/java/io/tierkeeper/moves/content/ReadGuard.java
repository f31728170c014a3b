package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Filters that match a point while it is as it was read. They never fail for a point that has not changed, as far as the
 * payload itself decides; they cannot see every change: vectors, elements that were added to a list, members that were
 * added to an object, and fields with unusual names are beyond a filter.
 */
public final class ReadGuard {

  /** Other names have a meaning in the paths of a filter. */
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-]+");

  private ReadGuard() {}

  /** All fields of the point, and these, which it may lack. */
  public static Filter whole(Point point, Collection<String> more) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(point.payload());
    more.forEach(name -> fields.putIfAbsent(name, null));
    // The base changes with the rest of the mark only.
    fields.remove(CopyMark.BASE_FIELD);
    List<Filter.Condition> conditions = new ArrayList<>();
    fields.forEach((name, value) -> add(conditions, name, value));
    return new Filter(conditions, List.of());
  }

  /** These fields of the point; one that it lacks must still be missing. */
  public static Filter fields(Point point, Collection<String> names) {
    List<Filter.Condition> conditions = new ArrayList<>();
    for (String name : names) {
      if (!name.equals(CopyMark.BASE_FIELD)) {
        add(conditions, name, point.payload().get(name));
      }
    }
    return new Filter(conditions, List.of());
  }

  private static void add(List<Filter.Condition> conditions, String name, @Nullable Object value) {
    if (PLAIN_NAME.matcher(name).matches()) {
      addAt(conditions, name, value);
    }
  }

  private static void addAt(
      List<Filter.Condition> conditions, String path, @Nullable Object value) {
    switch (value) {
      case null -> conditions.add(new Filter.IsEmpty(path));
      case Double number -> {
        conditions.add(new Filter.AtLeast(path, number));
        conditions.add(new Filter.AtMost(path, number));
      }
      case List<?> list -> {
        if (list.isEmpty()) {
          conditions.add(new Filter.IsEmpty(path));
        }
        // A condition holds where any element meets it: that elements are still there is all it can
        // say.
        list.stream()
            .filter(ReadGuard::simple)
            .distinct()
            .forEach(element -> conditions.add(new Filter.Matches(path, element)));
      }
      case Map<?, ?> members ->
        members.forEach((member, inner) -> {
          if (inner != null && PLAIN_NAME.matcher(String.valueOf(member)).matches()) {
            addAt(conditions, path + "." + member, inner);
          }
        });
      default -> {
        if (simple(value)) {
          conditions.add(new Filter.Matches(path, value));
        }
      }
    }
  }

  private static boolean simple(@Nullable Object value) {
    return value instanceof Long || value instanceof Boolean || value instanceof String;
  }
}
