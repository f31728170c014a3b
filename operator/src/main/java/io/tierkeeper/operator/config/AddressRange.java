package io.tierkeeper.operator.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An IP address, or a range of them in CIDR notation.
 *
 * @param address the first address
 * @param bits how many leading bits an address has in common with it, 0 to 32 or 128
 */
public record AddressRange(InetAddress address, int bits) {
  private static final String LITERAL =
      "\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9a-fA-F.]*:[0-9a-fA-F:.]*]|[0-9a-fA-F.]*:[0-9a-fA-F:.]*";
  private static final Pattern ADDRESS = Pattern.compile(LITERAL);
  private static final Pattern RANGE = Pattern.compile("(?:" + LITERAL + ")(?:/\\d{1,3})?");

  /**
   * Reads a list with commas or spaces between its entries.
   *
   * @throws IllegalArgumentException where an entry is no IP address and no range; the entry is named by its place, not repeated
   */
  public static List<AddressRange> list(String text) {
    List<AddressRange> ranges = new ArrayList<>();
    for (String entry : entries(text)) {
      ranges.add(read(entry, ranges.size() + 1));
    }
    return List.copyOf(ranges);
  }

  /** The entries of a list. */
  public static List<String> entries(String text) {
    return Arrays.stream(text.split("[,\\s]+"))
        .filter(entry -> !entry.isBlank())
        .toList();
  }

  /** Whether a host is an address in its usual form, which has no range. */
  public static boolean isAddress(String host) {
    return ADDRESS.matcher(host).matches();
  }

  private static AddressRange read(String entry, int place) {
    try {
      if (RANGE.matcher(entry).matches()) {
        int slash = entry.indexOf('/');
        // A literal needs no look-up.
        InetAddress address = InetAddress.getByName(slash < 0 ? entry : entry.substring(0, slash));
        int most = address.getAddress().length * Byte.SIZE;
        int bits = slash < 0 ? most : Integer.parseInt(entry.substring(slash + 1));
        if (bits <= most) {
          return new AddressRange(address, bits);
        }
      }
    } catch (UnknownHostException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "entry " + place + " is not an IP address or range such as 127.0.0.1 or 10.0.0.0/8");
  }

  /** Whether an address is in the range. */
  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % Byte.SIZE;
      if ((mine[bit / Byte.SIZE] & mask) != (theirs[bit / Byte.SIZE] & mask)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + bits;
  }
}
