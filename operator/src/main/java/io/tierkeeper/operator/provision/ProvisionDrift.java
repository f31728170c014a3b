package io.tierkeeper.operator.provision;

import io.tierkeeper.operator.provision.Difference.Change;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.settings.CollectionSettings;
import io.tierkeeper.qdrant.settings.CollectionSettings.DenseVector;
import io.tierkeeper.qdrant.settings.CollectionSettings.SparseVector;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares a collection with its plan; pure. Graph settings and quantisation are compared as they are in force: those of the vector
 * before those of the collection. What the plan does not set is not compared, nor are further payload indexes.
 */
public final class ProvisionDrift {

  private static final String NONE = "none";
  private static final String UNSET = "not set";
  private static final Pattern SEPARATED = Pattern.compile("_([a-z])");

  private final ProvisionPlan plan;
  private final CollectionDescription found;
  private final List<Difference> differences = new ArrayList<>();

  private ProvisionDrift(ProvisionPlan plan, CollectionDescription found) {
    this.plan = plan;
    this.found = found;
  }

  /**
   * All differences.
   *
   * @param replicas of the fallback
   */
  public static List<Difference> of(ProvisionPlan plan, CollectionDescription found, int replicas) {
    ProvisionDrift drift = new ProvisionDrift(plan, found);
    drift.vectors();
    drift.sparseVectors();
    CollectionSettings wanted = plan.settings();
    CollectionSettings is = found.settings();
    drift.options("optimizers.", wanted.optimizers(), is.optimizers(), Change.OPTIMISE);
    drift.params(wanted.params(), is.params(), replicas);
    drift.options("strictMode.", wanted.strictMode(), is.strictMode(), Change.AT_ONCE);
    drift.indexes();
    return List.copyOf(drift.differences);
  }

  private void vectors() {
    CollectionSettings is = found.settings();
    plan.settings().vectors().forEach((name, wanted) -> {
      String field = name.isEmpty() ? "vector" : "vectors[" + name + "]";
      DenseVector vector = is.vectors().get(name);
      if (vector == null) {
        differ(field, wanted.size() + " dimensions", NONE, Change.NEW_COLLECTION);
        return;
      }
      compare(field + ".size", wanted.size(), vector.size(), Change.NEW_COLLECTION);
      compare(field + ".distance", wanted.distance(), vector.distance(), Change.NEW_COLLECTION);
      compare(field + ".datatype", wanted.datatype(), vector.datatype(), Change.NEW_COLLECTION);
      compare(
          field + ".multivector",
          wanted.multivector(),
          vector.multivector(),
          Change.NEW_COLLECTION);
      compare(
          field + ".onDisk",
          Boolean.TRUE.equals(wanted.onDisk()),
          Boolean.TRUE.equals(vector.onDisk()),
          Change.REWRITE);
      String prefix = name.isEmpty() ? "" : field + ".";
      options(
          prefix + "hnsw.",
          plan.settings().hnswOf(wanted),
          withPayloadM(is.hnswOf(vector)),
          Change.GRAPH);
      quantization(
          prefix + "quantization",
          plan.settings().quantizationOf(wanted),
          is.quantizationOf(vector));
    });
    is.vectors().forEach((name, vector) -> {
      if (!plan.settings().vectors().containsKey(name)) {
        differ(
            name.isEmpty() ? "vector" : "vectors[" + name + "]",
            NONE,
            vector.size() + " dimensions",
            Change.NEW_COLLECTION);
      }
    });
  }

  /** Without payload_m the graphs of tenants have m edges. */
  private static Options withPayloadM(Options hnsw) {
    Object edges = hnsw.values().get("m");
    return edges == null ? hnsw : hnsw.over(Options.of(java.util.Map.of("payload_m", edges)));
  }

  private void sparseVectors() {
    plan.settings().sparseVectors().forEach((name, wanted) -> {
      String field = "sparseVectors[" + name + "]";
      SparseVector vector = found.settings().sparseVectors().get(name);
      if (vector == null) {
        differ(field, "a sparse vector", NONE, Change.NEW_COLLECTION);
        return;
      }
      compare(field + ".modifier", modifier(wanted), modifier(vector), Change.AT_ONCE);
      compare(field + ".onDisk", wanted.onDisk(), vector.onDisk(), Change.REWRITE);
      compare(field + ".datatype", wanted.datatype(), vector.datatype(), Change.REWRITE);
    });
    found.settings().sparseVectors().keySet().forEach(name -> {
      if (!plan.settings().sparseVectors().containsKey(name)) {
        differ("sparseVectors[" + name + "]", NONE, "a sparse vector", Change.NEW_COLLECTION);
      }
    });
  }

  private static String modifier(SparseVector vector) {
    return vector.idf() ? "Idf" : "None";
  }

  private void quantization(String field, Quantization wanted, Quantization is) {
    if (!wanted.getClass().equals(is.getClass())) {
      differ(field + ".type", type(wanted), type(is), Change.QUANTISE);
      return;
    }
    switch (wanted) {
      case Quantization.Scalar scalar -> {
        Quantization.Scalar other = (Quantization.Scalar) is;
        if (scalar.quantile() != null) {
          compare(field + ".quantile", scalar.quantile(), other.quantile(), Change.QUANTISE);
        }
        alwaysRam(field, scalar.alwaysRam(), other.alwaysRam());
      }
      case Quantization.Product product -> {
        Quantization.Product other = (Quantization.Product) is;
        compare(
            field + ".compression", product.compression(), other.compression(), Change.QUANTISE);
        alwaysRam(field, product.alwaysRam(), other.alwaysRam());
      }
      case Quantization.Binary binary ->
        alwaysRam(field, binary.alwaysRam(), ((Quantization.Binary) is).alwaysRam());
      case Quantization.None none -> {
        // The same kind has nothing else.
      }
      case Quantization.Unknown unknown -> {
        // No plan has it.
      }
    }
  }

  private void alwaysRam(String field, @Nullable Boolean wanted, @Nullable Boolean is) {
    if (wanted != null) {
      compare(field + ".alwaysRam", wanted, Boolean.TRUE.equals(is), Change.QUANTISE);
    }
  }

  private static String type(Quantization quantization) {
    return quantization.getClass().getSimpleName();
  }

  private void params(Options wanted, Options is, int replicas) {
    wanted.values().forEach((name, value) -> {
      Change change = switch (name) {
        case "replication_factor" -> Change.REPLICAS;
        case "on_disk_payload" -> Change.REWRITE;
        default -> Change.AT_ONCE;
      };
      compare(camelCase(name), value, inForce(is, name, value), change);
    });
    if (replicas > 0 && replicas < plan.replicas()) {
      differ(
          "replicationFactor",
          plan.replicas() + " replicas of the fallback",
          replicas + " of the fallback",
          Change.REPLICAS);
    }
  }

  private void options(String prefix, Options wanted, Options is, Change change) {
    wanted
        .values()
        .forEach((name, value) ->
            compare(prefix + camelCase(name), value, inForce(is, name, value), change));
  }

  /** A truth value that Qdrant does not show is false. */
  private static @Nullable Object inForce(Options is, String name, Object wanted) {
    Object value = is.values().get(name);
    return value == null && wanted instanceof Boolean ? Boolean.FALSE : value;
  }

  private void indexes() {
    IndexedField tenant = found.indexedFields().get(plan.tenantKey());
    String wanted = plan.tenantIndex() == TenantIndex.INTEGER
        ? "Integer with lookup"
        : word(plan.tenantIndex()) + " with is_tenant";
    if (tenant == null) {
      differ("tenantIndex", wanted, NONE, Change.ADD_INDEX);
    } else if (!tenant.type().equals(plan.tenantIndex().name().toLowerCase(Locale.ROOT))
        || !tenant.lookup()
        || plan.tenantIndex() != TenantIndex.INTEGER && !tenant.tenant()) {
      differ(
          "tenantIndex",
          wanted,
          tenant.type()
              + (tenant.tenant() ? " with is_tenant" : "")
              + (tenant.lookup() ? "" : " without lookup"),
          Change.REPLACE_INDEX);
    }
    plan.payloadIndexes().forEach((field, type) -> {
      IndexedField index = found.indexedFields().get(field);
      String name = "payloadIndexes[" + field + "]";
      if (index == null) {
        differ(name, word(type), NONE, Change.ADD_INDEX);
      } else if (!index.type().equals(type.word())) {
        differ(name, word(type), index.type(), Change.REPLACE_INDEX);
      }
    });
  }

  private void compare(String field, Object wanted, @Nullable Object is, Change change) {
    if (!Objects.equals(wanted, is)) {
      differ(field, word(wanted), is == null ? UNSET : word(is), change);
    }
  }

  private void differ(String field, String wanted, String is, Change change) {
    differences.add(new Difference(field, wanted, is, change));
  }

  /** A value as the API spells it. */
  private static String word(Object value) {
    String text = value.toString();
    return value instanceof Enum<?>
        ? text.charAt(0) + text.substring(1).toLowerCase(Locale.ROOT)
        : text;
  }

  private static String camelCase(String name) {
    return SEPARATED.matcher(name).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
  }
}
