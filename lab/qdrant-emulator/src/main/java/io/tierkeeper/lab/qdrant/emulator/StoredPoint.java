package io.tierkeeper.lab.qdrant.emulator;

import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.Vector;
import java.util.Map;

/** A point as a replica keeps it; the unnamed vector has the empty name. */
record StoredPoint(PointKey key, Map<String, Value> payload, Map<String, Vector> vectors) {}
