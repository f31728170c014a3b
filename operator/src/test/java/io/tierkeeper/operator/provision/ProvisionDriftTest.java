package io.tierkeeper.operator.provision;

import static io.tierkeeper.operator.provision.ProvisionSamples.EVERY_FIELD;
import static io.tierkeeper.operator.provision.ProvisionSamples.created;
import static io.tierkeeper.operator.provision.ProvisionSamples.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.ProvisionSpec;
import io.tierkeeper.operator.provision.Difference.Change;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import io.tierkeeper.qdrant.StrictMode;
import io.tierkeeper.qdrant.settings.CollectionSettings;
import io.tierkeeper.qdrant.settings.CollectionSettings.DenseVector;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of {@code spec.provision} that says what the collection is like is compared with it. */
class ProvisionDriftTest {

  /** They say what the operator does and reports, or are the short form of a vector, which has a test of its own. */
  private static final Set<String> NOT_COMPARED =
      Set.of("profile", "apply", "expectedPoints", "vectorSize", "distance");

  private static final String OWNER = "data/kb";

  /** EVERY_FIELD with each kind of quantisation for all vectors. */
  private static final List<String> SAMPLES = List.of(
      EVERY_FIELD,
      common("{type: Scalar, quantile: \"0.98\", alwaysRam: true}"),
      common("{type: Product, compression: X8, alwaysRam: true}"));

  private record Leaf(String pointer, Class<?> type, int number) {
    JsonNode sample() {
      return Serialization.unmarshal(SAMPLES.get(number), JsonNode.class);
    }
  }

  private static String common(String quantization) {
    return EVERY_FIELD.replace("{type: Binary, alwaysRam: true}", quantization);
  }

  @Test
  void aCollectionThatWasCreatedByItsPlanHasNoDrift() {
    for (String provision :
        List.of(EVERY_FIELD, "vectorSize: 8", "{vectorSize: 8, profile: HighThroughput}")) {
      ProvisionPlan plan = plan(provision);
      assertThat(ProvisionDrift.of(plan, created(plan, OWNER), plan.replicas())).isEmpty();
    }
  }

  @Test
  void theSampleHasEveryField() {
    Set<String> paths = new TreeSet<>();
    leaves()
        .forEach(leaf -> paths.add(leaf.pointer().replaceAll("/[0-9]+/", "[]/").substring(1)));
    Set<String> declared = new TreeSet<>();
    declared("", ProvisionSpec.class, declared);
    declared.removeAll(NOT_COMPARED);
    assertThat(paths).isEqualTo(declared);
  }

  static Stream<Leaf> leaves() {
    List<Leaf> leaves = new ArrayList<>();
    for (int number = 0; number < SAMPLES.size(); number++) {
      JsonNode sample = Serialization.unmarshal(SAMPLES.get(number), JsonNode.class);
      collect("", sample, ProvisionSpec.class, number, leaves);
    }
    return leaves.stream()
        .filter(leaf -> leaf.number() == 0 || leaf.pointer().startsWith("/quantization"))
        .filter(leaf -> !NOT_COMPARED.contains(leaf.pointer().substring(1)));
  }

  /** The collection was created by the sample; then one field of the spec is changed. */
  @ParameterizedTest
  @MethodSource("leaves")
  void aChangedFieldIsFound(Leaf leaf) {
    ProvisionPlan before = plan(leaf.sample().toString());
    JsonNode changed = leaf.sample();
    String field = change(changed, leaf);
    ProvisionPlan after = plan(changed.toString());
    List<Difference> found = ProvisionDrift.of(after, created(before, OWNER), before.replicas());
    if (leaf.pointer().startsWith("/hnsw") || leaf.pointer().startsWith("/quantization")) {
      assertThat(found)
          .as("a vector with values of its own does not have the common ones")
          .noneMatch(difference -> difference.field().startsWith("vectors[text]"));
      ProvisionPlan common = plan(withoutOwn(changed).toString());
      ProvisionPlan commonBefore = plan(withoutOwn(leaf.sample()).toString());
      assertThat(ProvisionDrift.of(common, created(commonBefore, OWNER), commonBefore.replicas()))
          .extracting(Difference::field)
          .contains("vectors[text]." + field, "vectors[image]." + field);
    } else {
      assertThat(found).isNotEmpty();
      assertThat(found).extracting(Difference::field).anyMatch(name -> name.endsWith(field));
    }
  }

  @Test
  void theGraphSettingsOfTheVectorAreThoseInForce() {
    ProvisionPlan plan = plan("{vectorSize: 8, profile: HighThroughput}");
    CollectionSettings created = plan.settings();
    DenseVector vector = unnamed(created);
    Options qdrantsDefault =
        Options.of(Map.of("m", 16, "ef_construct", 100, "full_scan_threshold", 10_000));
    assertThat(drift(plan, with(created, vector, qdrantsDefault)))
        .as("only the collection has others")
        .isEmpty();
    DenseVector other = new DenseVector(
        8,
        vector.distance(),
        vector.datatype(),
        false,
        false,
        Options.of(Map.of("m", 64)),
        Quantization.NONE);
    assertThat(drift(plan, with(created, other, created.hnsw())))
        .extracting(Difference::field, Difference::wanted, Difference::found, Difference::change)
        .containsExactly(tuple("hnsw.m", "32", "64", Change.GRAPH));
  }

  @Test
  void theShortFormOfTheUnnamedVectorIsCompared() {
    assertThat(
            drift(plan("{vectorSize: 16, distance: Dot}"), plan("vectorSize: 8").settings()))
        .extracting(Difference::field, Difference::wanted, Difference::found)
        .containsExactly(
            tuple("vector.size", "16", "8"), tuple("vector.distance", "Dot", "Cosine"));
  }

  @Test
  void vectorsThatAreTooManyOrTooFewAreFound() {
    ProvisionPlan plan = plan("{vectors: [{name: a, size: 8}], sparseVectors: [{name: s}]}");
    CollectionSettings other =
        plan("{vectors: [{name: b, size: 4}], sparseVectors: [{name: t}]}").settings();
    assertThat(drift(plan, other))
        .extracting(Difference::field, Difference::wanted, Difference::found)
        .containsExactly(
            tuple("vectors[a]", "8 dimensions", "none"),
            tuple("vectors[b]", "none", "4 dimensions"),
            tuple("sparseVectors[s]", "a sparse vector", "none"),
            tuple("sparseVectors[t]", "none", "a sparse vector"));
  }

  @Test
  void missingAndOtherIndexesAreFoundAndFurtherOnesAreNot() {
    ProvisionPlan plan = plan("{vectorSize: 8, payloadIndexes: [{field: a, type: Text}]}");
    assertThat(ProvisionDrift.of(plan, indexed(plan, Map.of()), 1))
        .extracting(Difference::field, Difference::change)
        .containsExactly(
            tuple("tenantIndex", Change.ADD_INDEX), tuple("payloadIndexes[a]", Change.ADD_INDEX));
    Map<String, IndexedField> others = Map.of(
        "group_id", new IndexedField("keyword", false),
        "a", new IndexedField("keyword", false),
        "b", new IndexedField("float", false));
    assertThat(ProvisionDrift.of(plan, indexed(plan, others), 1))
        .extracting(Difference::field, Difference::found, Difference::change)
        .containsExactly(
            tuple("tenantIndex", "keyword", Change.REPLACE_INDEX),
            tuple("payloadIndexes[a]", "keyword", Change.REPLACE_INDEX));
    ProvisionPlan integers = plan("{vectorSize: 8, tenantIndex: Integer}");
    assertThat(ProvisionDrift.of(
            integers,
            indexed(integers, Map.of("group_id", new IndexedField("integer", false, false))),
            1))
        .extracting(Difference::wanted, Difference::found)
        .containsExactly(tuple("Integer with lookup", "integer without lookup"));
  }

  @Test
  void missingReplicasOfTheFallbackAreFound() {
    ProvisionPlan plan = plan("{vectorSize: 8, replicationFactor: 3}");
    assertThat(ProvisionDrift.of(plan, created(plan, OWNER), 2))
        .extracting(Difference::field, Difference::wanted, Difference::found)
        .containsExactly(
            tuple("replicationFactor", "3 replicas of the fallback", "2 of the fallback"));
  }

  @Test
  void aVectorsOwnQuantisationIsInForceBeforeThatOfTheCollection() {
    ProvisionPlan plan = plan("{vectorSize: 8, quantization: {quantile: \"0.9\"}}");
    DenseVector vector = unnamed(plan.settings());
    DenseVector binary = new DenseVector(
        8,
        vector.distance(),
        vector.datatype(),
        false,
        false,
        vector.hnsw(),
        new Quantization.Binary(true));
    assertThat(drift(plan, with(plan.settings(), binary, plan.settings().hnsw())))
        .extracting(Difference::field, Difference::wanted, Difference::found)
        .containsExactly(tuple("quantization.type", "Scalar", "Binary"));
  }

  private static DenseVector unnamed(CollectionSettings settings) {
    return Objects.requireNonNull(settings.vectors().get(""));
  }

  private static List<Difference> drift(ProvisionPlan plan, CollectionSettings found) {
    CollectionDescription created = created(plan, OWNER);
    return ProvisionDrift.of(
        plan,
        new CollectionDescription(
            "kb",
            true,
            1,
            1,
            created.indexedFields(),
            0,
            0,
            StrictMode.OFF,
            OptionalLong.empty(),
            found,
            Map.of(),
            UpdateQueue.NONE),
        1);
  }

  private static CollectionDescription indexed(
      ProvisionPlan plan, Map<String, IndexedField> indexes) {
    return new CollectionDescription(
        "kb",
        true,
        1,
        1,
        indexes,
        0,
        0,
        StrictMode.OFF,
        OptionalLong.empty(),
        plan.settings(),
        Map.of(),
        UpdateQueue.NONE);
  }

  private static CollectionSettings with(
      CollectionSettings settings, DenseVector vector, Options hnsw) {
    return new CollectionSettings(
        new TreeMap<>(Map.of("", vector)),
        settings.sparseVectors(),
        hnsw,
        settings.quantization(),
        settings.optimizers(),
        settings.params(),
        settings.strictMode());
  }

  // ---- the fields

  private static void declared(String path, Class<?> type, Set<String> into) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = path + component.getName();
      Class<?> item = item(component.getGenericType());
      if (item.isRecord()) {
        declared(
            name + (List.class.isAssignableFrom(component.getType()) ? "[]/" : "/"), item, into);
      } else {
        into.add(name);
      }
    }
  }

  private static void collect(
      String pointer, JsonNode node, Class<?> type, int number, List<Leaf> into) {
    for (RecordComponent component : type.getRecordComponents()) {
      JsonNode value = node.path(component.getName());
      String at = pointer + "/" + component.getName();
      Class<?> item = item(component.getGenericType());
      if (value.isArray()) {
        for (int i = 0; i < value.size(); i++) {
          collect(at + "/" + i, value.get(i), item, number, into);
        }
      } else if (value.isObject()) {
        collect(at, value, item, number, into);
      } else if (!value.isMissingNode()) {
        into.add(new Leaf(at, item, number));
      }
    }
  }

  private static Class<?> item(Type type) {
    return type instanceof ParameterizedType list
        ? (Class<?>) list.getActualTypeArguments()[0]
        : (Class<?>) type;
  }

  /** Gives the field another value that the schema allows; returns the end of the name that the difference has. */
  private static String change(JsonNode spec, Leaf leaf) {
    int slash = leaf.pointer().lastIndexOf('/');
    ObjectNode parent = (ObjectNode) spec.at(leaf.pointer().substring(0, slash));
    String name = leaf.pointer().substring(slash + 1);
    JsonNode old = parent.get(name);
    if (leaf.pointer().endsWith("quantization/type")) {
      // Other fields belong to the type.
      parent.removeAll();
      parent.put("type", "None");
      return "quantization.type";
    }
    switch (name) {
      case "name", "field" -> {
        parent.put(name, "other");
        return "[other]";
      }
      case "quantile" -> parent.put(name, "0.75");
      default -> {
        if (old.isBoolean()) {
          parent.put(name, !old.asBoolean());
        } else if (old.isNumber()) {
          parent.put(name, old.asLong() + 1);
        } else {
          for (Object constant : leaf.type().getEnumConstants()) {
            if (!constant.toString().equals(old.asText())) {
              parent.put(name, constant.toString());
            }
          }
        }
      }
    }
    String group = leaf.pointer().replaceAll("/(vectors|sparseVectors|payloadIndexes)/[0-9]+", "");
    return leaf.pointer().startsWith("/payloadIndexes")
        ? "payloadIndexes[source]"
        : group.substring(1).replace('/', '.');
  }

  private static JsonNode withoutOwn(JsonNode spec) {
    ArrayNode vectors = (ArrayNode) spec.get("vectors");
    vectors.forEach(vector -> ((ObjectNode) vector).remove(List.of("hnsw", "quantization")));
    return spec;
  }
}
