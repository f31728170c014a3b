package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.workload.SceneBuilder;
import java.util.SplittableRandom;

/**
 * The layout of a random seed's collection.
 *
 * @param nested whether the tenant field is a path into an object
 * @param large whether vectors are compared by Euclid's distance and have one component that is much larger than all others
 * @param shared whether a point belongs to the moved tenant and to another one
 * @param stray whether a point of another tenant is in the dedicated key before a demotion
 */
record Layout(boolean nested, boolean large, boolean shared, boolean stray) {

  private static final String NESTED_FIELD = "metadata.tenant_id";
  private static final int MOST = 8;
  private static final long SALT = 0x6C61796F7574L;

  /** The layout of a seed: a third have a nested tenant field, a third large vectors, some foreign points. */
  static Layout drawn(long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ SALT);
    return new Layout(
        random.nextInt(3) == 0,
        random.nextInt(3) == 0,
        random.nextInt(2 * MOST) == 0,
        random.nextInt(MOST) == 0);
  }

  String tenantField() {
    return nested ? NESTED_FIELD : SceneBuilder.TENANT_FIELD;
  }

  /** Names its parts that matter to every write. */
  String words() {
    return (nested ? "nested" : "flat") + (large ? " euclid" : " cosine");
  }
}
