package io.tierkeeper.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a scroll.
 *
 * @param points in the order of their ids
 * @param next where the next page begins; null after the last
 */
public record Page(List<Point> points, @Nullable PointId next) {}
