package io.tierkeeper.operator.layout;

import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.scan.TenantReads;
import io.tierkeeper.operator.connection.QdrantConnections;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.StrictMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Which options of a collection's strict mode refuse calls that a move needs, in Qdrant's names; pure. */
public final class StrictModeJudgement {

  /** A merge guards each field that it writes with one condition. */
  public static final long MIN_CONDITIONS = 64;

  /** Reads or writes in a minute; a scan of 256 points a call makes about so many. */
  public static final long MIN_RATE = 6_000;

  private StrictModeJudgement() {}

  /**
   * All options that have to be changed; empty where none.
   *
   * @param deleteBatch ids in one deletion
   */
  public static Optional<Finding> of(CollectionDescription description, int deleteBatch) {
    StrictMode mode = description.strictMode();
    List<String> options = new ArrayList<>();
    IndexedField mark = description.indexedFields().get(CopyMark.MOVE_FIELD);
    if (!mode.unindexedFilteringRetrieve() && (mark == null || !mark.type().equals("keyword"))) {
      options.add(
          "unindexed_filtering_retrieve is false, required: true, or a keyword index on field "
              + CopyMark.MOVE_FIELD);
    }
    if (!mode.unindexedFilteringUpdate()) {
      options.add("unindexed_filtering_update is false, required: true");
    }
    if (!mode.searchAllowExact()) {
      options.add("search_allow_exact is false, required: true");
    }
    least("max_query_limit", mode.maxQueryLimit(), TenantReads.PAGE, options);
    least("max_timeout", mode.maxTimeout(), QdrantConnections.SERVER_TIMEOUT.toSeconds(), options);
    least("filter_max_conditions", mode.filterMaxConditions(), MIN_CONDITIONS, options);
    least(
        "condition_max_size",
        mode.conditionMaxSize(),
        Math.max(TenantReads.PAGE, deleteBatch),
        options);
    least("upsert_max_batchsize", mode.upsertMaxBatchsize(), TenantReads.PAGE, options);
    least("read_rate_limit", mode.readRateLimit(), MIN_RATE, options);
    least("write_rate_limit", mode.writeRateLimit(), MIN_RATE, options);
    return options.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(
            Reasons.STRICT_MODE_TOO_STRICT,
            "strict_mode_config of collection " + description.name()
                + " refuses calls of Tierkeeper: "
                + String.join("; ", options)
                + ". Change it with PATCH /collections/" + description.name()));
  }

  private static void least(String option, OptionalLong limit, long least, List<String> options) {
    limit.ifPresent(value -> {
      if (value < least) {
        options.add(option + " is " + value + ", required: " + least + " or more");
      }
    });
  }
}
