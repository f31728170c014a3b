package io.tierkeeper.lab.scene;

import io.tierkeeper.lab.workload.PointShape;
import io.tierkeeper.lab.workload.SceneBuilder;
import java.util.Locale;

/**
 * The layout of a round's collection, and how its tenant writes.
 *
 * @param nested whether the tenant field is a path into an object
 * @param manyFields whether clients change fields and vectors one by one, by all of Qdrant's operations
 * @param fallbackReplicas of the fallback key
 * @param contended whether the tenant's clients write fast also while it is copied and frozen
 */
record LoadLayout(
    boolean nested,
    PointShape.Vectors vectors,
    boolean manyFields,
    int fallbackReplicas,
    boolean contended) {

  /**
   * The layout of a round: the first has all that a layout can have, eight in a row have each pair of choices but those of
   * vectors, twenty-four have these as well.
   */
  static LoadLayout ofRound(int number) {
    int drawn = number - 1;
    boolean nested = (drawn & 1) == 0;
    boolean two = (drawn & 2) == 0;
    boolean many = (drawn & 4) == 0;
    PointShape.Vectors[] kinds = {
      PointShape.Vectors.NAMED, PointShape.Vectors.COSINE, PointShape.Vectors.EUCLID
    };
    return new LoadLayout(
        nested, kinds[drawn % kinds.length], many, two ? 2 : 1, nested ^ two ^ many);
  }

  /** The scene of this layout. */
  SceneBuilder apply(SceneBuilder scene) {
    if (nested) {
      scene.tenantField("metadata.tenant_id");
    }
    if (manyFields) {
      scene.manyFields();
    }
    return switch (vectors) {
      case COSINE -> scene.fallbackReplicas(fallbackReplicas);
      case EUCLID -> scene.fallbackReplicas(fallbackReplicas).largeVectors();
      case NAMED -> scene.fallbackReplicas(fallbackReplicas).namedVectors();
    };
  }

  @Override
  public String toString() {
    return (nested ? "nested" : "flat") + " " + vectors.name().toLowerCase(Locale.ROOT)
        + (manyFields ? " fields" : " whole") + " x" + fallbackReplicas
        + (contended ? " contended" : "");
  }
}
