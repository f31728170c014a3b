package io.tierkeeper.operator.provision;

/**
 * A setting of a collection that is not as {@code spec.provision} wants it.
 *
 * @param field of {@code spec.provision}, without that prefix; settings of a named vector as {@code vectors[name].size}, those of
 *     the unnamed one as {@code vector.size}
 * @param wanted its value in the spec or in the profile
 * @param found its value in Qdrant
 * @param change what a change needs and costs
 */
public record Difference(String field, String wanted, String found, Change change) {

  /** What a change needs and costs. */
  public enum Change {
    NEW_COLLECTION("not possible; needs a new collection"),
    GRAPH("PATCH of the collection; Qdrant builds the graphs of all segments again"),
    QUANTISE("apply: Quantize; Qdrant quantises the vectors of all segments again"),
    REWRITE("PATCH of the collection; Qdrant writes all segments again"),
    OPTIMISE("PATCH of the collection; Qdrant optimises the segments that the new values concern"),
    REPLICAS(
        "PATCH of the collection for new shard keys, replicate_shard for each shard that exists"),
    AT_ONCE("PATCH of the collection; in force at once, costs nothing"),
    ADD_INDEX("apply: Additive; Qdrant reads all points once"),
    REPLACE_INDEX(
        "delete the index and create it; filters on the field read all points until Qdrant has read them once");

    private final String words;

    Change(String words) {
      this.words = words;
    }

    /** In words. */
    public String words() {
      return words;
    }
  }
}
