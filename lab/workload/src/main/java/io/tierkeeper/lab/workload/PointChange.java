package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.workload.Operation.WriteKind;
import io.tierkeeper.qdrant.PointOperation;
import java.util.List;

/**
 * A change of one point, not sent yet.
 *
 * @param sets the bits of each {@link PointRegister} that it sets
 * @param removes the bits of each that it removes
 * @param operations what to send
 */
record PointChange(
    WriteKind kind,
    long id,
    long version,
    int sets,
    int removes,
    List<PointOperation> operations) {}
