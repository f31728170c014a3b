package io.tierkeeper.operator.host;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The fields {@code collection}, {@code tenant} and {@code move} of the log lines of a reconciliation, until it is closed. */
public final class LogFields implements AutoCloseable {

  private final List<MDC.MDCCloseable> fields = new ArrayList<>();

  private LogFields() {}

  /**
   * @param resource that is reconciled, whose namespace counts
   * @param collection name of its TieredCollection; null where it has none
   */
  public static LogFields of(HasMetadata resource, @Nullable String collection) {
    return new LogFields()
        .with(
            "collection",
            collection == null ? null : resource.getMetadata().getNamespace() + "/" + collection);
  }

  /** With the tenant, as its resources write it. */
  public LogFields tenant(@Nullable String tenant) {
    return with("tenant", tenant);
  }

  /** With the TierMove's name. */
  public LogFields move(String move) {
    return with("move", move);
  }

  private LogFields with(String field, @Nullable String value) {
    if (value != null) {
      fields.add(MDC.putCloseable(field, value));
    }
    return this;
  }

  @Override
  public void close() {
    fields.forEach(MDC.MDCCloseable::close);
  }
}
