package io.tierkeeper.lab.qdrant.emulator.points;

import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.Vector;
import java.util.Map;

/** A point as a replica keeps it; the unnamed vector has the empty name. */
public record StoredPoint(PointKey key, Map<String, Value> payload, Map<String, Vector> vectors) {}
