package io.tierkeeper.examples.embedding;

import java.util.Locale;

/** What a job does. */
enum Kind {
  /** Stores an asset with the vectors of the configured model. */
  EMBED,
  /** Stores an asset with vectors that need no model. These assets are apart from the others. */
  MOCK,
  /** Adds the vectors of the model that is being changed to. */
  BACKFILL;

  static Kind of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** As in the database and in answers: {@code Embed}. */
  String text() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }

  /** The set of assets, part of the ids of their points: {@code embed} or {@code mock}. */
  String source() {
    return this == MOCK ? "mock" : "embed";
  }
}
