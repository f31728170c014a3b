package io.tierkeeper.qdrant;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of points in id order; {@code next} is the first id of the following page, null at the end. */
public record ScrollPage(List<Point> points, @Nullable PointId next) {}
