package io.tierkeeper.audit.file;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.chain.LineForm;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines fit that would be longer than a container runtime passes on whole. The longest texts of the payload are cut
 * first, then the longest lists, then members of free-form objects; {@code data.shortened} names each with the length and the
 * SHA-256 of its whole JSON text. What the line says of itself (ids, times, who wrote it) stays whole.
 */
final class LineLimit {

  /** The longest line in bytes, its line feed included. */
  static final int BYTES = 16 << 10;

  /** The bytes of the members that the chain adds, with some room. */
  private static final int CHAINED = 512;

  private static final int LONG_TEXT = 1_024;
  private static final int KEPT_TEXT = 256;
  private static final int SHORT_TEXT = 32;
  private static final int MOST_TEXTS = 16;
  private static final Set<String> WHOLE = Set.of("actor", "shortened");
  private static final Set<String> FREE_FORM = Set.of("request", "answer", "spec", "counts");

  private final ObjectNode line;
  private final ObjectNode data;
  private final ObjectNode whole;
  private final Map<String, ObjectNode> shortened = new LinkedHashMap<>();

  private LineLimit(ObjectNode line) {
    this.line = line;
    data = (ObjectNode) line.required("data");
    whole = data.deepCopy();
  }

  /** Whether the line of an event, without its hashes, is too long as it is. */
  static boolean exceeds(ObjectNode line) {
    return bytes(line) > BYTES - CHAINED;
  }

  /** Shortens the payload of such a line until it fits. */
  static void shorten(ObjectNode line) {
    new LineLimit(line).run();
  }

  private void run() {
    while (exceeds(line)) {
      // One of very many texts is not worth a step of its own: their list is cut.
      Place place = longest(false, Math.max(LONG_TEXT, bytes(data) / MOST_TEXTS));
      int kept = KEPT_TEXT;
      if (place == null) {
        place = longest(true, 0);
      }
      if (place == null) {
        place = longest(false, 2 * SHORT_TEXT);
        kept = SHORT_TEXT;
      }
      if (place == null) {
        return;
      }
      cut(place, kept);
      data.putArray("shortened").addAll(shortened.values());
    }
  }

  /**
   * A part of the payload.
   *
   * @param holder that has it
   * @param member of the holder; null where that is an array
   */
  private record Place(
      JsonPointer at,
      JsonNode holder,
      @Nullable String member,
      int index,
      JsonNode value,
      int bytes) {}

  private @Nullable Place longest(boolean containers, int longerThan) {
    Search search = new Search(containers, longerThan);
    data.properties().forEach(member -> {
      if (!WHOLE.contains(member.getKey())) {
        search.look(
            new Place(
                JsonPointer.empty().appendProperty(member.getKey()),
                data,
                member.getKey(),
                0,
                member.getValue(),
                bytes(member.getValue())),
            FREE_FORM.contains(member.getKey()));
      }
    });
    return search.longest;
  }

  /** Looks for the longest text, or for the longest list or free-form object with more than one element. */
  private static final class Search {
    private final boolean containers;
    private int longerThan;
    private @Nullable Place longest;

    Search(boolean containers, int longerThan) {
      this.containers = containers;
      this.longerThan = longerThan;
    }

    void look(Place place, boolean free) {
      JsonNode value = place.value();
      boolean candidate = containers
          ? value.size() > 0 && (value.isArray() || free && value.isObject())
          : value.isTextual();
      if (candidate && place.bytes() > longerThan) {
        longerThan = place.bytes();
        longest = place;
      }
      if (value instanceof ObjectNode object) {
        object
            .properties()
            .forEach(member -> look(
                new Place(
                    place.at().appendProperty(member.getKey()),
                    object,
                    member.getKey(),
                    0,
                    member.getValue(),
                    bytes(member.getValue())),
                free));
      } else if (value instanceof ArrayNode array) {
        for (int i = 0; i < array.size(); i++) {
          look(
              new Place(
                  place.at().appendIndex(i), array, null, i, array.get(i), bytes(array.get(i))),
              free);
        }
      }
    }
  }

  private void cut(Place place, int kept) {
    note(place);
    if (place.value() instanceof ArrayNode array) {
      for (int i = array.size() / 2; i < array.size(); ) {
        array.remove(array.size() - 1);
      }
    } else if (place.value() instanceof ObjectNode object) {
      int keep = object.size() / 2;
      for (String name :
          object.properties().stream().map(Map.Entry::getKey).skip(keep).toList()) {
        object.remove(name);
      }
    } else {
      TextNode text = TextNode.valueOf(begin(place.value().textValue(), kept));
      if (place.holder() instanceof ObjectNode object && place.member() != null) {
        object.set(place.member(), text);
      } else if (place.holder() instanceof ArrayNode array) {
        array.set(place.index(), text);
      }
    }
  }

  /** What it was at first; it, or a part of it, may be cut again. */
  private void note(Place place) {
    String at = place.at().toString();
    if (!shortened.containsKey(at)) {
      byte[] text = whole.at(place.at()).toString().getBytes(StandardCharsets.UTF_8);
      shortened.put(
          at,
          data.objectNode()
              .put("at", begin(at, KEPT_TEXT))
              .put("bytes", text.length)
              .put("sha256", HashChain.sha256Hex(text)));
    }
  }

  /** The first characters, none of them halved. */
  private static String begin(String text, int characters) {
    if (text.length() <= characters) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(characters - 1)) ? characters - 1 : characters;
    return text.substring(0, end) + "…";
  }

  /** How many bytes a value has in the file. */
  private static int bytes(JsonNode value) {
    if (value instanceof ObjectNode object) {
      int sum = 2;
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        sum += LineForm.bytes(member.getKey()) + 2 + bytes(member.getValue());
      }
      return sum;
    }
    if (value instanceof ArrayNode array) {
      int sum = 2;
      for (JsonNode element : array) {
        sum += 1 + bytes(element);
      }
      return sum;
    }
    return value.isTextual()
        ? LineForm.bytes(value.textValue())
        : value.toString().length();
  }
}
