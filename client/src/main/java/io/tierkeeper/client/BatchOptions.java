package io.tierkeeper.client;

/**
 * How a {@link BatchWriter} writes.
 *
 * @param batchSize points in a batch; {@link #DEFAULT_BATCH_SIZE}
 * @param maxInFlight batches that are sent and not answered; {@link #DEFAULT_MAX_IN_FLIGHT}
 * @param maxBatchBytes a batch of this size is sent before it is full; {@link #DEFAULT_MAX_BATCH_BYTES}. A server refuses requests of
 *     more than 32 MiB by default
 * @param waits whether a batch is done only when its points can be read; true. Without it writing is faster, and it is not found out
 *     that another tenant has an id
 * @param checksIds whether to find out that another tenant has an id ({@link AsyncTenantPoints#upsert}); true. Without it such a
 *     point is left out silently
 */
public record BatchOptions(
    int batchSize, int maxInFlight, int maxBatchBytes, boolean waits, boolean checksIds) {

  /** 500 points. */
  public static final int DEFAULT_BATCH_SIZE = 500;

  /** 4 batches. */
  public static final int DEFAULT_MAX_IN_FLIGHT = 4;

  /** 8 MiB. */
  public static final int DEFAULT_MAX_BATCH_BYTES = 8 * 1024 * 1024;

  /** All defaults. */
  public static final BatchOptions DEFAULT = new BatchOptions(
      DEFAULT_BATCH_SIZE, DEFAULT_MAX_IN_FLIGHT, DEFAULT_MAX_BATCH_BYTES, true, true);

  /** @throws TenantClientException.InvalidRequest if a number is below 1 */
  public BatchOptions {
    if (batchSize < 1 || maxInFlight < 1 || maxBatchBytes < 1) {
      throw new TenantClientException.InvalidRequest(
          "batchSize is " + batchSize + ", maxInFlight is " + maxInFlight + ", maxBatchBytes is "
              + maxBatchBytes + ", allowed: 1 and more",
          null);
    }
  }

  public BatchOptions withBatchSize(int points) {
    return new BatchOptions(points, maxInFlight, maxBatchBytes, waits, checksIds);
  }

  public BatchOptions withMaxInFlight(int batches) {
    return new BatchOptions(batchSize, batches, maxBatchBytes, waits, checksIds);
  }

  public BatchOptions withMaxBatchBytes(int bytes) {
    return new BatchOptions(batchSize, maxInFlight, bytes, waits, checksIds);
  }

  public BatchOptions withWaits(boolean isWaiting) {
    return new BatchOptions(batchSize, maxInFlight, maxBatchBytes, isWaiting, checksIds);
  }

  public BatchOptions withChecksIds(boolean isChecking) {
    return new BatchOptions(batchSize, maxInFlight, maxBatchBytes, waits, isChecking);
  }
}
