package io.tierkeeper.load.journal;

import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.TenantId;
import java.util.List;

/**
 * Points that the server has acknowledged.
 *
 * @param rows the row of each point, ascending
 * @param ids the id of each point, in the same order
 */
public record WrittenBatch(TenantId tenant, List<Long> rows, List<PointId> ids) {}
