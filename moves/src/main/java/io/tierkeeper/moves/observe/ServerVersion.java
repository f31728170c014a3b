package io.tierkeeper.moves.observe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Qdrant version, compared by its three numbers. */
public record ServerVersion(int major, int minor, int patch) implements Comparable<ServerVersion> {

  /** The oldest that promotes without loss. */
  public static final ServerVersion MIN = new ServerVersion(1, 17, 0);
  /** The oldest without the known hangs and races. */
  public static final ServerVersion RECOMMENDED = new ServerVersion(1, 19, 0);

  private static final Pattern FORM = Pattern.compile("v?(\\d+)\\.(\\d+)\\.(\\d+).*");

  public static ServerVersion of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return new ServerVersion(0, 0, 0);
    }
    return new ServerVersion(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  @Override
  public int compareTo(ServerVersion other) {
    if (major != other.major) {
      return Integer.compare(major, other.major);
    }
    return minor != other.minor
        ? Integer.compare(minor, other.minor)
        : Integer.compare(patch, other.patch);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
