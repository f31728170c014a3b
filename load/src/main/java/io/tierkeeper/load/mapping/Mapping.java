package io.tierkeeper.load.mapping;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of a row are what.
 *
 * @param id the field with the id of the point; null for an id that is derived from the point
 * @param idFrom with a derived id: the fields that identify the point within its tenant; empty for its whole content
 * @param tenant the field with the tenant; null for the collection's tenant field in the payload
 * @param tenantValue the tenant of all rows; null for one in each row
 * @param vectors field by name of the vector; a field that ends with {@code *} is all columns that continue with a number
 * @param payload the fields that become payload; empty for all that are nothing else
 * @param payloadObject the field whose members are the payload; null where the payload is fields of the row
 */
public record Mapping(
    @Nullable String id,
    List<String> idFrom,
    @Nullable String tenant,
    @Nullable String tenantValue,
    Map<String, String> vectors,
    List<String> payload,
    @Nullable String payloadObject) {

  /** One unnamed vector in the field {@code vector}, everything else payload, the tenant in it. */
  public static final Mapping USUAL =
      new Mapping(null, List.of(), null, null, Map.of("", "vector"), List.of(), null);
}
