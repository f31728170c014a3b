package io.tierkeeper.governance;

/**
 * Sorts regimes by tenant, in the order of {@link String#compareTo}.
 *
 * <p>A general sort of a million shuffled names spends its time waiting for memory, one name a comparison. Here each
 * name is read once: its first characters behind what all names have in common become a number stored with it, and only
 * names with the same number are compared themselves.
 */
final class TenantOrder {
  private static final int BYTE = 8;

  private Regime[] regimes;
  private long[] keys;
  private Regime[] otherRegimes;
  private long[] otherKeys;

  private TenantOrder(Regime[] regimes) {
    this.regimes = regimes;
    this.keys = keys(regimes);
    this.otherRegimes = new Regime[0];
    this.otherKeys = new long[0];
  }

  /** The same regimes in order; the given array may be used for them. */
  static Regime[] sort(Regime[] regimes) {
    TenantOrder order = new TenantOrder(regimes);
    if (!order.sorted()) {
      order.mergeSort();
    }
    return order.regimes;
  }

  private boolean sorted() {
    for (int i = 1; i < regimes.length; i++) {
      if (compare(i - 1, i) > 0) {
        return false;
      }
    }
    return true;
  }

  /** Bottom-up merges, which read and write both arrays in sequence. */
  private void mergeSort() {
    otherRegimes = new Regime[regimes.length];
    otherKeys = new long[regimes.length];
    for (long width = 1; width < regimes.length; width *= 2) {
      for (long from = 0; from < regimes.length; from += 2 * width) {
        int middle = (int) Math.min(from + width, regimes.length);
        int to = (int) Math.min(from + 2 * width, regimes.length);
        merge((int) from, middle, to);
      }
      Regime[] sortedRegimes = otherRegimes;
      otherRegimes = regimes;
      regimes = sortedRegimes;
      long[] sortedKeys = otherKeys;
      otherKeys = keys;
      keys = sortedKeys;
    }
  }

  private void merge(int from, int middle, int to) {
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      int next = right >= to || (left < middle && compare(left, right) <= 0) ? left++ : right++;
      otherRegimes[i] = regimes[next];
      otherKeys[i] = keys[next];
    }
  }

  private int compare(int one, int other) {
    int byKey = Long.compareUnsigned(keys[one], keys[other]);
    return byKey != 0 ? byKey : regimes[one].tenant().compareTo(regimes[other].tenant());
  }

  private static long[] keys(Regime[] regimes) {
    int common = regimes.length == 0 ? 0 : regimes[0].tenant().length();
    int widest = 0;
    for (Regime regime : regimes) {
      String tenant = regime.tenant();
      common = common(regimes[0].tenant(), tenant, common);
      for (int i = 0; i < tenant.length(); i++) {
        widest |= tenant.charAt(i);
      }
    }
    int bits = widest >>> BYTE == 0 ? BYTE : 2 * BYTE;
    long[] keys = new long[regimes.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(regimes[i].tenant(), common, bits);
    }
    return keys;
  }

  private static int common(String first, String tenant, int atMost) {
    int length = Math.min(atMost, tenant.length());
    for (int i = 0; i < length; i++) {
      if (first.charAt(i) != tenant.charAt(i)) {
        return i;
      }
    }
    return length;
  }

  /** As many characters as fit, the first one on top; a shorter name is filled up with zeros and so comes first. */
  private static long key(String tenant, int from, int bits) {
    long key = 0;
    int characters = Long.SIZE / bits;
    for (int i = from; i < from + characters; i++) {
      key = key << bits | (i < tenant.length() ? tenant.charAt(i) : 0);
    }
    return key;
  }
}
