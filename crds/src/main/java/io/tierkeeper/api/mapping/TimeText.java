package io.tierkeeper.api.mapping;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times as the API writes them: RFC 3339, of which an API server accepts more forms than other readers. */
public final class TimeText {
  /** Stands for a time that cannot be read where something lasts until then: it lasts until the value is corrected. */
  public static final Instant FAR = Instant.parse("9999-12-31T23:59:59Z");

  private TimeText() {}

  /** The time; empty where there is none or where it cannot be read. */
  public static Optional<Instant> read(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
