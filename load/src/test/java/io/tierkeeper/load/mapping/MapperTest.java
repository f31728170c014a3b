package io.tierkeeper.load.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.load.mapping.Destination.TenantType;
import io.tierkeeper.load.mapping.Destination.VectorField;
import io.tierkeeper.load.mapping.Destination.VectorKind;
import io.tierkeeper.load.source.Row;
import io.tierkeeper.load.source.RowException;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MapperTest {
  private static final VectorField TWO = new VectorField(VectorKind.DENSE, 2);
  private static final String UUID_TEXT = "0b8f6c0e-1111-4222-8333-444455556666";

  private static Destination destination(TenantType type) {
    return new Destination("kb", ShardKey.of("default"), "group_id", type, Map.of("", TWO));
  }

  private static Mapping mapping(@Nullable String id, String... idFrom) {
    return new Mapping(id, List.of(idFrom), null, null, Map.of("", "vector"), List.of(), null);
  }

  private static Row row(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> fields = new HashMap<>();
    fields.put("vector", new float[] {1, 2});
    fields.put("group_id", "acme");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return new Row(7, fields);
  }

  private static LoadPoint point(Mapping mapping, Row row) throws RowException {
    return new Mapper(mapping, destination(TenantType.KEYWORD), List.of()).point(row);
  }

  private static PointId id(Row row) throws RowException {
    return point(Mapping.USUAL, row).point().id();
  }

  /** The values are part of the interface: another id for the same row would load it twice. */
  @Test
  void derivesTheSameIdInEachVersion() throws RowException {
    assertThat(id(row("title", "a"))).hasToString("b6006666-7242-365d-4ae1-ca8f482cde60");
    assertThat(point(mapping(null, "title"), row("title", "a")).point().id())
        .hasToString("6ae990b4-6b3f-6949-738c-4fc7e9480a54");
  }

  @Test
  void rowsThatDifferInAnythingHaveDifferentIds() throws RowException {
    Set<PointId> ids = new HashSet<>();
    List<Row> rows = List.of(
        row(),
        row("a", "b"),
        row("ab", ""),
        row("a", null),
        row("a", ""),
        row("a", 1L),
        row("a", 1.0),
        row("a", "1"),
        row("a", true),
        row("a", List.of("b", "c")),
        row("a", List.of("bc")),
        row("a", List.of(List.of("b"), "c")),
        row("a", Map.of("b", "c")),
        row("a", Map.of("b", Map.of("c", 1L))),
        row("a", "b", "c", "d"),
        row("a", "b\0c\0d"),
        row("group_id", "acme2"),
        row("vector", new float[] {1, 3}),
        row("vector", new float[] {2, 1}));
    for (Row row : rows) {
      assertThat(ids.add(id(row))).as(row.toString()).isTrue();
    }
  }

  @Test
  void theSameContentHasTheSameIdWhereverItsRowIs() throws RowException {
    Row elsewhere = new Row(99, row("x", 1L, "y", Map.of("a", 1L, "b", 2L)).fields());
    assertThat(id(elsewhere)).isEqualTo(id(row("y", Map.of("b", 2L, "a", 1L), "x", 1L)));
  }

  @Test
  void anIdFromAFieldDependsOnTheTenantAndThatFieldAlone() throws RowException {
    Mapping key = mapping(null, "sku");
    PointId id = point(key, row("sku", "a", "title", "old")).point().id();
    assertThat(point(key, row("sku", "a", "title", "new", "vector", new float[] {9, 9}))
            .point()
            .id())
        .isEqualTo(id);
    assertThat(point(key, row("sku", "a", "group_id", "other")).point().id()).isNotEqualTo(id);
    assertThatThrownBy(() -> point(key, row()))
        .hasMessage(
            "line 7: field 'sku' is 'missing'; allowed: a value, of which the id is derived");
  }

  @Test
  void takesGivenIdsInEachForm() throws RowException {
    Mapping given = mapping("id");
    assertThat(point(given, row("id", 7L)).point().id()).isEqualTo(PointId.of(7));
    assertThat(point(given, row("id", "7")).point().id()).isEqualTo(PointId.of(7));
    assertThat(point(given, row("id", new BigInteger("18446744073709551615")))
            .point()
            .id())
        .isEqualTo(PointId.of(-1));
    assertThat(point(given, row("id", UUID_TEXT)).point().id())
        .isEqualTo(PointId.of(UUID.fromString(UUID_TEXT)));
    assertThat(point(given, row("id", 7L)).point().payload()).containsOnlyKeys("group_id");
    for (Object bad : Arrays.asList(
        null, -1L, 1.5, "x", "", "18446744073709551616", "1-2-3-4-5", true, List.of(1L))) {
      assertThatThrownBy(() -> point(given, row("id", bad)))
          .isInstanceOf(RowException.class)
          .hasMessageStartingWith("line 7: field 'id' is '")
          .hasMessageEndingWith("allowed: an integer from 0 to 18446744073709551615 or a UUID");
    }
  }

  @Test
  void refusesVectorsThatTheCollectionDoesNotHave() {
    for (Object bad : Arrays.asList(
        null,
        new float[] {1},
        new float[] {1, 2, 3},
        new float[] {1, Float.NaN},
        new float[] {1, Float.POSITIVE_INFINITY},
        List.of(1L, "x"),
        "[1]",
        "no",
        Map.of("a", 1L),
        1L)) {
      assertThatThrownBy(() -> point(Mapping.USUAL, row("vector", bad)))
          .isInstanceOf(RowException.class)
          .hasMessageStartingWith("line 7: field 'vector' is '")
          .hasMessageEndingWith("allowed: 2 finite numbers");
    }
  }

  @Test
  void readsAVectorFromTextAndFromColumns() throws RowException {
    assertThat(point(Mapping.USUAL, row("vector", "[1, 2.5]")).point().vectors().get(""))
        .isEqualTo(new PointVector.Dense(new float[] {1, 2.5f}));
    Mapping columns = new Mapping(null, List.of(), null, null, Map.of("", "v*"), List.of(), null);
    List<String> names = List.of("v1", "group_id", "v0", "version");
    Mapper mapper = new Mapper(columns, destination(TenantType.KEYWORD), names);
    LoadPoint read = mapper.point(
        new Row(7, Map.of("v0", "1e1", "v1", "-.5", "group_id", "acme", "version", "x")));
    assertThat(read.point().vectors().get(""))
        .isEqualTo(new PointVector.Dense(new float[] {10, -.5f}));
    assertThat(read.point().payload()).containsOnlyKeys("group_id", "version");
    for (String bad : List.of("x", "", "NaN", "0x1p3", "1f", "1e99")) {
      assertThatThrownBy(
              () -> mapper.point(new Row(7, Map.of("v0", "1", "v1", bad, "group_id", "acme"))))
          .hasMessage("line 7: field 'v1' is '" + bad + "'; allowed: a finite number");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'v0,v2', its 2 columns have numbers from 0 to 2",
    "'v2,v3', its 2 columns have numbers from 2 to 3",
    "'v0,v00', two columns have the number 0",
    "'w0', the file has no such column"
  })
  void refusesVectorColumnsWithAGap(String names, String message) {
    Mapping columns = new Mapping(null, List.of(), null, null, Map.of("", "v*"), List.of(), null);
    assertThatThrownBy(
            () -> new Mapper(columns, destination(TenantType.KEYWORD), List.of(names.split(","))))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--vector v*: ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesAMappingToColumnsOrVectorsThatAreNotThere() {
    List<String> names = List.of("a", "group_id", "vector");
    Destination destination = destination(TenantType.KEYWORD);
    assertThatThrownBy(() -> new Mapper(mapping("id"), destination, names))
        .hasMessage("--id id: the file has no such column; it has a, group_id, vector");
    assertThatThrownBy(() -> new Mapper(mapping(null, "sku"), destination, names))
        .hasMessageStartingWith("--id-from sku: ");
    Mapping named =
        new Mapping(null, List.of(), null, null, Map.of("text", "vector"), List.of(), null);
    assertThatThrownBy(() -> new Mapper(named, destination, names))
        .hasMessage("--vector: collection 'kb' has no vector 'text'; it has an unnamed vector");
  }

  /** A value of one of these would be routed to a working key, to the fallback by name, or to another tenant's key. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "tierkeeper/", "tierkeeper/m1/y", "tierkeeper/others", "default", "\ud800"})
  void refusesTenantsThatHaveNoKeyOfTheirOwn(String tenant) {
    assertThatThrownBy(() -> point(Mapping.USUAL, row("group_id", tenant)))
        .isInstanceOf(RowException.class)
        .hasMessageContaining("field 'group_id'")
        .hasMessageContaining("names that begin with 'tierkeeper/'");
  }

  @Test
  void refusesTenantsOfAnotherKind() {
    for (Object bad : Arrays.asList(
        null, 7L, 1.5, true, List.of("a"), List.of("a", "b"), Map.of("a", "b"), "é".repeat(128))) {
      assertThatThrownBy(() -> point(Mapping.USUAL, row("group_id", bad)))
          .isInstanceOf(RowException.class)
          .hasMessageContaining("field 'group_id'")
          .hasMessageContaining("allowed: a text of 1 to 255 bytes");
    }
  }

  @Test
  void keepsHostileTenantsWhole() throws RowException {
    for (String tenant : List.of(
        "é".repeat(127),
        "a/b",
        "../x",
        "\"}",
        "{target}",
        " acme ",
        "ACME",
        "7",
        "null",
        "\u202e\n")) {
      assertThat(point(Mapping.USUAL, row("group_id", tenant)).tenant())
          .isEqualTo(TenantId.of(tenant));
    }
  }

  @Test
  void readsIntegerAndUuidTenants() throws RowException {
    Mapper integers = new Mapper(Mapping.USUAL, destination(TenantType.INTEGER), List.of());
    assertThat(integers.point(row("group_id", 7L)).tenant()).isEqualTo(TenantId.of(7));
    LoadPoint text = integers.point(row("group_id", "7"));
    assertThat(text.tenant()).isEqualTo(TenantId.of(7));
    assertThat(text.point().payload()).containsEntry("group_id", 7L);
    for (Object bad : List.of(-1L, "07", "-1", "9223372036854775808", "acme", 1.0)) {
      assertThatThrownBy(() -> integers.point(row("group_id", bad)))
          .hasMessageContaining("allowed: an integer from 0");
    }
    Mapper uuids = new Mapper(Mapping.USUAL, destination(TenantType.UUID), List.of());
    assertThat(uuids.point(row("group_id", UUID_TEXT)).tenant()).isEqualTo(TenantId.of(UUID_TEXT));
    for (String bad :
        List.of(UUID_TEXT.toUpperCase(java.util.Locale.ROOT), UUID_TEXT.replace("-", ""), "acme")) {
      assertThatThrownBy(() -> uuids.point(row("group_id", bad)))
          .hasMessageContaining("allowed: a UUID in lower case");
    }
  }

  @Test
  void putsTheTenantOfAnotherFieldOrOfAllRowsIntoThePayload() throws RowException {
    Destination nested = new Destination(
        "kb", ShardKey.of("default"), "meta.tenant", TenantType.KEYWORD, Map.of("", TWO));
    Mapping fromField =
        new Mapping(null, List.of(), "group_id", null, Map.of("", "vector"), List.of(), null);
    Mapper mapper = new Mapper(fromField, nested, List.of());
    assertThat(mapper.point(row("meta", Map.of("a", 1L))).point().payload())
        .isEqualTo(Map.of("meta", Map.of("a", 1L, "tenant", "acme")));
    assertThatThrownBy(() -> mapper.point(row("meta", Map.of("tenant", "other"))))
        .hasMessage("line 7: field 'meta.tenant' is 'other'; allowed: the row's tenant, 'acme'");
    assertThatThrownBy(() -> mapper.point(row("meta", "text")))
        .hasMessageStartingWith("line 7: field 'meta' is 'text'; allowed: an object");
    Mapping constant =
        new Mapping(null, List.of(), null, "zeta", Map.of("", "vector"), List.of("title"), null);
    LoadPoint point = new Mapper(constant, destination(TenantType.KEYWORD), List.of())
        .point(new Row(1, Map.of("vector", new float[] {1, 2}, "title", "x", "rest", 1L)));
    assertThat(point.point().payload()).isEqualTo(Map.of("title", "x", "group_id", "zeta"));
    Mapping reserved =
        new Mapping(null, List.of(), null, "default", Map.of("", "vector"), List.of(), null);
    assertThatThrownBy(() -> new Mapper(reserved, destination(TenantType.KEYWORD), List.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--tenant-value 'default' is not allowed; allowed: ");
  }

  @Test
  void takesAPayloadObjectWithTheTenantInIt() throws RowException {
    Mapping object =
        new Mapping("id", List.of(), null, null, Map.of("", "vector"), List.of(), "payload");
    LoadPoint point = point(object, row("id", 1L, "payload", Map.of("group_id", "acme", "a", 1L)));
    assertThat(point.point().payload()).isEqualTo(Map.of("group_id", "acme", "a", 1L));
    assertThatThrownBy(() -> point(object, row("id", 1L, "payload", "x")))
        .hasMessage("line 7: field 'payload' is 'x'; allowed: an object");
  }

  @Test
  void refusesPayloadThatAMoveCouldNotCopy() {
    assertThatThrownBy(() -> point(Mapping.USUAL, row("tierkeeper_move", "m")))
        .hasMessageContaining("field 'tierkeeper_move' is 'm'; allowed: any other name");
    assertThatThrownBy(() -> point(
            Mapping.USUAL, row("a", Map.of("b", List.of(new BigInteger("9223372036854775808"))))))
        .hasMessageContaining("field 'a.b[0]' is '9223372036854775808'");
  }

  @Test
  void readsSparseMultiAndNamedVectors() throws RowException {
    Destination several = new Destination(
        "kb",
        ShardKey.of("default"),
        "group_id",
        TenantType.KEYWORD,
        Map.of(
            "text", TWO,
            "late", new VectorField(VectorKind.MULTI_DENSE, 2),
            "words", new VectorField(VectorKind.SPARSE, 0)));
    Mapping named = new Mapping(
        null,
        List.of(),
        null,
        null,
        Map.of("text", "vector", "late", "rows", "words", "sparse"),
        List.of(),
        null);
    Mapper mapper = new Mapper(named, several, List.of());
    Row good = row(
        "rows", List.of(new float[] {1, 2}, new float[] {3, 4}),
        "sparse", Map.of("indices", List.of(4294967295L, 1L), "values", new float[] {1, 2}));
    assertThat(mapper.point(good).point().vectors())
        .isEqualTo(Map.of(
            "text", new PointVector.Dense(new float[] {1, 2}),
            "late", new PointVector.MultiDense(new float[][] {{1, 2}, {3, 4}}),
            "words", new PointVector.Sparse(new int[] {-1, 1}, new float[] {1, 2})));
    for (Object bad : List.of(
        Map.of("indices", List.of(1L, 1L), "values", new float[] {1, 2}),
        Map.of("indices", List.of(1L), "values", new float[] {1, 2}),
        Map.of("indices", List.of(-1L), "values", new float[] {1}),
        new float[] {1})) {
      assertThatThrownBy(() ->
              mapper.point(row("rows", List.of(new float[] {1, 2}), "sparse", bad)))
          .hasMessageContaining("field 'sparse'");
    }
  }
}
