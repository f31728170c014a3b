package io.tierkeeper.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which servers the client works with. */
final class ServerVersion {

  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\..*");
  private static final int MAJOR = 1;
  private static final int MINOR = 16;

  private ServerVersion() {}

  /** Whether a server of this version knows fallbacks and conditional upserts. */
  static boolean isSupported(String version) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return false;
    }
    int major = Integer.parseInt(parts.group(1));
    return major > MAJOR || (major == MAJOR && Integer.parseInt(parts.group(2)) >= MINOR);
  }
}
