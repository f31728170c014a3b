package io.tierkeeper.huf;

import java.util.Locale;

/** In which frame an item is too small to name. */
public enum Exclusion {
  /** Its share of everything is below tau. */
  GLOBAL,
  /** Its share of its regime is below tau. */
  LOCAL,
  /** Its share of everything is below tau and its share of its regime is below tau_local. */
  DUAL;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
