package io.tierkeeper.load.mapping;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.TenantId;

/**
 * A point and where it comes from and goes to.
 *
 * @param row the number of its row
 * @param bytes about how large it is in a request
 */
public record LoadPoint(long row, TenantId tenant, Point point, int bytes) {}
