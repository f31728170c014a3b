package io.tierkeeper.qdrant.settings;

import java.util.Locale;

/** Types of payload index. */
public enum IndexType {
  KEYWORD,
  INTEGER,
  FLOAT,
  BOOL,
  GEO,
  DATETIME,
  TEXT,
  UUID;

  /** Qdrant's word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
