package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.workload.Operation.WriteKind;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointOperation;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Draws changes of points, each with the registers that it sets and removes. */
final class PointChanges {

  private static final int POINT = PointRegister.POINT.bit();

  private final TenantContext context;
  private final SplittableRandom random;

  PointChanges(TenantContext context, SplittableRandom random) {
    this.context = context;
    this.random = random;
  }

  /** The bits of all registers that points of this collection have. */
  int all() {
    return POINT
        | PointRegister.bits(context.points().vectors().registers())
        | PointRegister.bits(context.points().fields());
  }

  PointChange upsert(WriteKind kind, long id, long version) {
    Set<PointRegister> fields = some(2);
    Set<PointRegister> vectors = someVectors(true);
    int sets = POINT | PointRegister.bits(fields) | PointRegister.bits(vectors);
    return new PointChange(
        kind,
        id,
        version,
        sets,
        all() & ~sets,
        List.of(new PointOperation.UpsertPoints(
            List.of(context.points().point(context.tenant(), id, version, fields, vectors)))));
  }

  /** Sets some fields and leaves the version of the point. */
  PointChange setFields(long id, long version) {
    Set<PointRegister> fields = some(4);
    return new PointChange(
        WriteKind.SET_PAYLOAD,
        id,
        version,
        PointRegister.bits(fields),
        0,
        List.of(new PointOperation.SetPayload(
            new LinkedHashMap<>(CheckedPoints.values(version, fields)), its(id))));
  }

  PointChange overwritePayload(long id, long version) {
    Set<PointRegister> fields = some(2);
    return new PointChange(
        WriteKind.OVERWRITE_PAYLOAD,
        id,
        version,
        POINT | PointRegister.bits(fields),
        PointRegister.bits(without(fields)),
        List.of(new PointOperation.OverwritePayload(
            context.points().payload(context.tenant(), id, version, fields), its(id))));
  }

  PointChange deletePayload(long id, long version) {
    Set<PointRegister> fields = some(4);
    return new PointChange(
        WriteKind.DELETE_PAYLOAD,
        id,
        version,
        0,
        PointRegister.bits(fields),
        List.of(new PointOperation.DeletePayload(
            fields.stream().map(PointRegister::field).collect(Collectors.toSet()), its(id))));
  }

  /** Without the payload, the point is no tenant's for a moment: what follows finds it by its id. */
  PointChange clearPayload(long id, long version) {
    Set<PointRegister> fields = some(2);
    Filter byId = Filter.ids(List.of(PointId.of(id)));
    return new PointChange(
        WriteKind.CLEAR_PAYLOAD,
        id,
        version,
        POINT | PointRegister.bits(fields),
        PointRegister.bits(without(fields)),
        List.of(
            new PointOperation.ClearPayload(its(id)),
            new PointOperation.SetPayload(
                new LinkedHashMap<>(
                    context.points().payload(context.tenant(), id, version, fields)),
                byId)));
  }

  PointChange updateVectors(long id, long version) {
    Set<PointRegister> vectors = someVectors(false);
    return new PointChange(
        WriteKind.UPDATE_VECTORS,
        id,
        version,
        PointRegister.bits(vectors),
        0,
        List.of(new PointOperation.UpdateVectors(
            PointId.of(id), context.points().vectors().of(id, version, vectors))));
  }

  PointChange deleteVectors(long id, long version) {
    CheckedVectors known = context.points().vectors();
    Set<PointRegister> vectors = someVectors(false);
    return new PointChange(
        WriteKind.DELETE_VECTORS,
        id,
        version,
        0,
        PointRegister.bits(vectors),
        List.of(new PointOperation.DeleteVectors(
            vectors.stream().map(known::name).collect(Collectors.toSet()), its(id))));
  }

  /** Half of the vectors; the unnamed one is never left out. */
  private Set<PointRegister> someVectors(boolean orNone) {
    Set<PointRegister> chosen = EnumSet.copyOf(context.points().vectors().registers());
    if (!context.points().vectors().named()) {
      return chosen;
    }
    PointRegister kept = PointRegister.VECTORS.get(random.nextInt(chosen.size()));
    chosen.removeIf(vector -> (orNone || vector != kept) && random.nextBoolean());
    return chosen;
  }

  private Filter its(long id) {
    return context.filter().and(Filter.ids(List.of(PointId.of(id))));
  }

  /** One field in so many, but at least one. */
  private Set<PointRegister> some(int oneIn) {
    Set<PointRegister> chosen = EnumSet.noneOf(PointRegister.class);
    for (PointRegister field : PointRegister.FIELDS) {
      if (random.nextInt(oneIn) == 0) {
        chosen.add(field);
      }
    }
    if (chosen.isEmpty()) {
      chosen.add(PointRegister.FIELDS.get(random.nextInt(PointRegister.FIELDS.size())));
    }
    return chosen;
  }

  private static Set<PointRegister> without(Set<PointRegister> fields) {
    Set<PointRegister> others = EnumSet.copyOf(PointRegister.FIELDS);
    others.removeAll(fields);
    return others;
  }
}
