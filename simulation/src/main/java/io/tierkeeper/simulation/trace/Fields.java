package io.tierkeeper.simulation.trace;

import io.tierkeeper.launcher.UsageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** The fields of one YAML mapping: each is read once; a field that was not read is an error. */
public final class Fields {
  private static final java.util.regex.Pattern TIME =
      java.util.regex.Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(m|h|d)");

  private final String file;
  private final String path;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final TreeSet<String> read = new TreeSet<>();

  /** @throws UsageException if the node is no mapping, or names a field twice */
  Fields(String file, String path, Node node) {
    this.file = file;
    this.path = path;
    this.line = line(node);
    if (!(node instanceof MappingNode mapping)) {
      throw UsageException.inFile(
          file,
          line,
          (path.isEmpty() ? "the document" : path) + " is " + given(node)
              + "; allowed are fields, as in 'a: b'");
    }
    for (NodeTuple tuple : mapping.getValue()) {
      String name =
          tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "(not a word)";
      if (values.put(name, tuple.getValueNode()) != null) {
        throw UsageException.inFile(file, line(tuple.getKeyNode()), full(name) + " is given twice");
      }
    }
  }

  /**
   * The fields of a YAML document.
   *
   * @param file its name in errors
   * @throws UsageException naming file, line and what is allowed
   */
  public static Fields parse(String file, String text) {
    try {
      Node root = new Compose(LoadSettings.builder().setLabel(file).build())
          .composeString(text)
          .orElseThrow(() -> UsageException.inFile(file, 1, "the file is empty"));
      return new Fields(file, "", root);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw UsageException.inFile(file, line, "is no YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw UsageException.inFile(file, 1, "is no YAML: " + e.getMessage());
    }
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private String full(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private @Nullable Node find(String field) {
    read.add(field);
    return values.get(field);
  }

  private Node need(String field, String allowed) {
    Node node = find(field);
    if (node == null) {
      throw UsageException.inFile(file, line, full(field) + " is missing; allowed is " + allowed);
    }
    return node;
  }

  private UsageException invalid(String field, Node node, String allowed) {
    return UsageException.inFile(
        file, line(node), full(field) + " is " + given(node) + "; allowed is " + allowed);
  }

  private static String given(Node node) {
    return switch (node) {
      case ScalarNode scalar -> "'" + scalar.getValue() + "'" + kind(scalar);
      case SequenceNode list ->
        list.getValue().stream().map(Fields::given).collect(Collectors.joining(", ", "[", "]"));
      default -> "a mapping";
    };
  }

  /** What YAML takes a scalar for, where one cannot see it. */
  private static String kind(ScalarNode scalar) {
    boolean quoted = scalar.getScalarStyle() != ScalarStyle.PLAIN;
    return quoted ? " in quotes" : "";
  }

  /** What a check of several fields together has found. */
  public UsageException invalid(String field, String what) {
    Node node = values.get(field);
    return UsageException.inFile(file, node == null ? line : line(node), full(field) + " " + what);
  }

  private String scalar(String field, Node node, String allowed, Tag... kinds) {
    if (!(node instanceof ScalarNode scalar)
        || scalar.getValue().isBlank()
        || !List.of(kinds).contains(scalar.getTag())) {
      throw invalid(field, node, allowed);
    }
    return scalar.getValue();
  }

  private String word(String field, Node node, String allowed) {
    return scalar(field, node, allowed, Tag.STR);
  }

  /** Whether a field is there. */
  public boolean has(String field) {
    return values.containsKey(field);
  }

  /** A text. */
  public String text(String field, String allowed) {
    return word(field, need(field, allowed), allowed);
  }

  String textOr(String field, String absent) {
    Node node = find(field);
    return node == null
        ? absent
        : word(field, node, "a text, in quotes where it looks like something else");
  }

  /** A text that must be one of some. */
  public String oneOf(String field, List<String> words) {
    String allowed = "one of " + String.join(", ", words);
    Node node = need(field, allowed);
    String word = word(field, node, allowed);
    if (!words.contains(word)) {
      throw invalid(field, node, allowed);
    }
    return word;
  }

  boolean flag(String field) {
    Node node = find(field);
    if (node == null) {
      return false;
    }
    return switch (scalar(field, node, "true or false", Tag.BOOL)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(field, node, "true or false");
    };
  }

  int whole(String field, int least, int most) {
    String allowed = "a whole number from " + least + " to " + most;
    Node node = need(field, allowed);
    double number = number(field, node, least, most, allowed);
    if (number != Math.rint(number)) {
      throw invalid(field, node, allowed);
    }
    return (int) number;
  }

  /** A number from {@code least} to {@code most}. */
  public double number(String field, double least, double most) {
    String allowed = numbers(least, most);
    return number(field, need(field, allowed), least, most, allowed);
  }

  double numberOr(String field, double absent, double least, double most) {
    Node node = find(field);
    return node == null ? absent : number(field, node, least, most, numbers(least, most));
  }

  private double number(String field, Node node, double least, double most, String allowed) {
    double number;
    try {
      number = Double.parseDouble(scalar(field, node, allowed, Tag.INT, Tag.FLOAT));
    } catch (NumberFormatException e) {
      throw invalid(field, node, allowed);
    }
    if (!(number >= least && number <= most)) {
      throw invalid(field, node, allowed);
    }
    return number;
  }

  private static String numbers(double least, double most) {
    return "a number from " + Numbers.plain(least) + " to " + Numbers.plain(most);
  }

  /** A number, or two of them as a list. */
  Range range(String field, double least, double most) {
    String allowed = numbers(least, most) + ", or two of them, the smaller first, as in [1, 2]";
    return range(field, allowed, node -> number(field, node, least, most, allowed));
  }

  /** A time in days, or two of them as a list. */
  Range times(String field, String least, String most) {
    String allowed = times(least, most) + ", or two of them, the shorter first, as in [1h, 2d]";
    return range(field, allowed, node -> time(field, node, least, most, allowed));
  }

  private Range range(String field, String allowed, ToDoubleFunction<Node> reader) {
    Node node = need(field, allowed);
    if (!(node instanceof SequenceNode list)) {
      return Range.of(reader.applyAsDouble(node));
    }
    if (list.getValue().size() != 2) {
      throw invalid(field, node, allowed);
    }
    double low = reader.applyAsDouble(list.getValue().get(0));
    double high = reader.applyAsDouble(list.getValue().get(1));
    if (high < low) {
      throw invalid(field, node, allowed);
    }
    return new Range(low, high);
  }

  /** A time in days. */
  double time(String field, String least, String most) {
    String allowed = times(least, most);
    return time(field, need(field, allowed), least, most, allowed);
  }

  double timeOr(String field, String absent, String least, String most) {
    Node node = find(field);
    return node == null ? days(absent) : time(field, node, least, most, times(least, most));
  }

  private double time(String field, Node node, String least, String most, String allowed) {
    String text = word(field, node, allowed);
    if (!TIME.matcher(text).matches()) {
      throw invalid(field, node, allowed);
    }
    double days = days(text);
    if (days < days(least) || days > days(most)) {
      throw invalid(field, node, allowed);
    }
    return days;
  }

  private static String times(String least, String most) {
    return "a time from " + least + " to " + most + ", as in 15m, 6h or 2d";
  }

  private static double days(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalStateException(text + " is no time");
    }
    double number = Double.parseDouble(matcher.group(1));
    return switch (matcher.group(2)) {
      case "m" -> number / (24 * 60);
      case "h" -> number / 24;
      default -> number;
    };
  }

  /** The mappings of a list. */
  public List<Fields> list(String field, boolean needed) {
    String allowed = "a list with at least one entry, each '- ' and its fields";
    Node node = needed ? need(field, allowed) : find(field);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode list) || list.getValue().isEmpty()) {
      throw invalid(field, node, allowed);
    }
    List<Fields> entries = new ArrayList<>();
    for (Node entry : list.getValue()) {
      entries.add(new Fields(file, full(field) + "[" + entries.size() + "]", entry));
    }
    return entries;
  }

  /** The fields of a mapping; null where there is none. */
  public @Nullable Fields mapping(String field) {
    Node node = find(field);
    return node == null ? null : new Fields(file, full(field), node);
  }

  /**
   * Refuses what was not read.
   *
   * @throws UsageException for such a field
   */
  public void rejectOthers() {
    values.forEach((name, node) -> {
      if (!read.contains(name)) {
        throw UsageException.inFile(
            file,
            line(node),
            full(name) + " is unknown; allowed here is " + String.join(", ", read));
      }
    });
  }
}
