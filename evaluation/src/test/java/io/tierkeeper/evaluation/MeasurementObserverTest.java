package io.tierkeeper.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts that people have: every point is in the total, and what belongs to no tenant is reported. */
class MeasurementObserverTest {

  private static final String COLLECTION = "kb";
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final TenantId ACME = TenantId.of("acme");
  private static final TenantId GLOBEX = TenantId.of("globex");

  private static final String UPPER = "3F2504E0-4F89-41D3-9A0C-0305E82C3301";
  private static final String PLAIN = "9a0c0305e82c33013f2504e04f8941d3";

  private EmulatedQdrant qdrant;
  private QdrantCluster cluster;
  private final Set<ShardKey> keys = new HashSet<>();
  private final UnindexedCounts unindexed = new UnindexedCounts();
  private final KeyCounts keyCounts = new KeyCounts();
  private int facetLimit = MeasurementObserver.FACET_LIMIT;
  private long nextPoint = 1;

  @BeforeEach
  void start() {
    qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
    cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
        qdrant.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
        qdrant.peers().stream().map(EmulatedPeer::restPort).toList()));
    port().createCollection(CollectionTemplate.tiered(COLLECTION, 4));
    createKey(FALLBACK);
    port().createTenantIndex(COLLECTION, "group_id");
  }

  @AfterEach
  void stop() {
    cluster.close();
    qdrant.close();
  }

  @Test
  void aDedicatedKeyAndTheFallbackAreWhatTheyWere() {
    createKey(ShardKey.of(ACME));
    write(ShardKey.of(ACME), 30, "acme");
    write(FALLBACK, 60, "globex");
    write(FALLBACK, 10, "acme");
    Measurement measured = measure(true, Set.of());
    assertThat(measured.tenants())
        .containsOnly(
            Map.entry(ACME, new TenantCount(30, true, true)),
            Map.entry(GLOBEX, new TenantCount(60, false, true)));
    assertThat(measured.fallbackPoints()).isEqualTo(70);
    assertThat(measured.anomalies()).isEqualTo(Anomalies.NONE);
  }

  @Test
  void aTenantWhoseNameIsTooLongForTheTrailIsOneOfTheOthers() {
    String longest = "l".repeat(1_024);
    write(FALLBACK, 60, "acme");
    write(FALLBACK, 20, longest);
    write(FALLBACK, 10, longest + "l");
    write(FALLBACK, 5, "\u6f22".repeat(342));
    assertThat(measure(true, Set.of()).tenants())
        .containsOnly(
            Map.entry(ACME, new TenantCount(60, false, true)),
            Map.entry(TenantId.of(longest), new TenantCount(20, false, true)),
            Map.entry(ReservedNames.OTHERS, new TenantCount(15, false, true)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shardKeysThatAreHashBucketsAreInTheTotalAndNoTenants(boolean discover) {
    for (String bucket : List.of("key_0", "key_1")) {
      createKey(ShardKey.of(bucket));
      for (int tenant = 0; tenant < 10; tenant++) {
        write(ShardKey.of(bucket), 50, "tenant-" + tenant);
      }
    }
    write(FALLBACK, 60, "acme");
    write(FALLBACK, 140, "globex");
    write(FALLBACK, 5, "key_1");
    Measurement measured = measure(discover, Set.of(ACME, GLOBEX));
    assertThat(points(measured))
        .isEqualTo(Map.of("acme", 60L, "globex", 140L, ReservedNames.OTHERS.toString(), 1005L));
    assertThat(measured.tenants().values()).noneMatch(TenantCount::dedicated);
    assertThat(measured.anomalies().foreignKeys())
        .containsExactly(
            Map.entry(ShardKey.of("key_0"), 500L), Map.entry(ShardKey.of("key_1"), 500L));
    assertThat(measured.anomalies().isForeign(TenantId.of("key_1"))).isTrue();
    assertThat(measured.anomalies().isForeign(ACME)).isFalse();
  }

  /** Counting each of 200 keys exactly once a minute is what a facet is for. */
  @Test
  void manyDedicatedKeysAreCountedInTurnAndTheirPointsAreExactInEachMeasurement() {
    int many = 2 * MeasurementObserver.MAX_KEYS_COUNTED + 5;
    for (int i = 0; i < many; i++) {
      createKey(ShardKey.of("t-" + i));
      write(ShardKey.of("t-" + i), i + 1, "t-" + i);
    }
    write(ShardKey.of("t-1"), 1, "elsewhere");
    write(FALLBACK, 50, "globex");
    Measurement first = measure(true, Set.of());
    assertThat(first.tenants()).containsEntry(TenantId.of("t-7"), new TenantCount(8, true, true));

    // Of a tenant whose key has its turn later.
    for (int i = 0; i < many; i++) {
      write(ShardKey.of("t-" + i), 2, "t-" + i);
    }
    AtomicInteger counts = new AtomicInteger();
    QdrantReads counting = counting(counts);
    Measurement second = measure(counting, new IndexedField("keyword", true), Set.of(), keys, true);
    assertThat(counts.get()).isLessThan(2 * MeasurementObserver.MAX_KEYS_COUNTED + 10);
    for (int i = 0; i < many; i++) {
      assertThat(second.tenants())
          .containsEntry(TenantId.of("t-" + i), new TenantCount(i + 3, true, true));
    }
    assertThat(second.anomalies().strayPoints()).containsOnlyKeys(ShardKey.of("t-1"));
    assertThat(second.fallbackPoints()).isEqualTo(50);

    // One that holds points of another dedicated tenant is found when it has its turn.
    write(ShardKey.of("t-3"), 1, "t-4");
    Measurement third = second;
    for (int turn = 0; turn < 3; turn++) {
      third = measure(true, Set.of());
    }
    assertThat(third.anomalies().strayPoints())
        .containsOnlyKeys(ShardKey.of("t-1"), ShardKey.of("t-3"));
    assertThat(third.tenants()).containsEntry(TenantId.of("t-4"), new TenantCount(7, true, true));
  }

  private QdrantReads counting(AtomicInteger counts) {
    return (QdrantReads) Proxy.newProxyInstance(
        QdrantReads.class.getClassLoader(),
        new Class<?>[] {QdrantReads.class},
        (self, method, args) -> {
          if (method.getName().equals("count")) {
            counts.incrementAndGet();
          }
          return method.invoke(port(), args);
        });
  }

  @Test
  void strayPointsLeaveADedicatedKeyDedicated() {
    createKey(ShardKey.of(ACME));
    write(ShardKey.of(ACME), 30, "acme");
    write(ShardKey.of(ACME), 1, "globex");
    write(ShardKey.of(ACME), 1, null);
    write(FALLBACK, 10, "globex");
    Measurement measured = measure(true, Set.of(ACME));
    assertThat(points(measured))
        .isEqualTo(Map.of("acme", 30L, "globex", 10L, ReservedNames.OTHERS.toString(), 2L));
    assertThat(measured.tenants()).containsEntry(ACME, new TenantCount(30, true, true));
    assertThat(measured.anomalies().strayPoints())
        .containsExactly(Map.entry(ShardKey.of(ACME), 2L));
  }

  @Test
  void aDedicatedKeyWithoutPointsIsDedicated() {
    createKey(ShardKey.of(ACME));
    Measurement measured = measure(true, Set.of(ACME));
    assertThat(measured.tenants()).containsExactly(Map.entry(ACME, new TenantCount(0, true, true)));
  }

  @Test
  void pointsWithoutATenantHaveTheSameSharesWithAndWithoutDiscovery() {
    write(FALLBACK, 900, null);
    for (String tenant : List.of("a", "b", "c", "d", "e")) {
      write(FALLBACK, 20, tenant);
    }
    Measurement observed = measure(true, Set.of(TenantId.of("a")));
    Measurement off = measure(false, Set.of(TenantId.of("a")));
    for (Measurement measured : List.of(observed, off)) {
      assertThat(measured.anomalies().withoutTenant()).isEqualTo(900);
      assertThat(total(measured)).isEqualTo(1000);
      assertThat(points(measured)).containsEntry("a", 20L);
    }
    assertThat(points(observed)).containsEntry(ReservedNames.OTHERS.toString(), 900L);
    assertThat(points(off)).containsEntry(ReservedNames.OTHERS.toString(), 980L);
  }

  @Test
  void valuesThatCannotNameAShardKeyAreInTheTotal() {
    write(FALLBACK, 50, "acme");
    write(FALLBACK, 30, "");
    write(FALLBACK, 15, -1L);
    write(FALLBACK, 5, true);
    Measurement measured = measure(true, Set.of(ACME));
    assertThat(points(measured))
        .isEqualTo(Map.of("acme", 50L, ReservedNames.OTHERS.toString(), 50L));
    assertThat(measured.anomalies().withoutTenant()).isZero();
    assertThat(measured.anomalies().unusableValues()).isEqualTo(50);
  }

  @Test
  void pointsOfSeveralTenantsAreReportedWithTheirNumber() {
    write(FALLBACK, 100, "acme");
    write(FALLBACK, 30, "globex");
    write(FALLBACK, 20, List.of("acme", "globex"));
    write(FALLBACK, 10, "initech");
    assertThat(measure(true, Set.of()).anomalies().shared())
        .containsExactly(Map.entry(ACME, 20L), Map.entry(GLOBEX, 20L));
  }

  @Test
  void tenantsBeyondTheLimitOfTheFacetAreInTheTotalAndDeclaredOnesCounted() {
    facetLimit = 2;
    write(FALLBACK, 50, "acme");
    write(FALLBACK, 40, "");
    write(FALLBACK, 30, "globex");
    write(FALLBACK, 20, "initech");
    write(FALLBACK, 10, null);
    Measurement measured = measure(true, Set.of(GLOBEX));
    assertThat(points(measured))
        .isEqualTo(Map.of("acme", 50L, "globex", 30L, ReservedNames.OTHERS.toString(), 70L));
    assertThat(measured.tenants()).containsEntry(GLOBEX, new TenantCount(30, false, true));
    assertThat(measured.anomalies().withoutTenant()).isEqualTo(10);
    assertThat(measured.anomalies().unusableValues()).isEqualTo(40);
  }

  @Test
  void aDeclaredTenantIsMeasuredInItsOwnSpellingOfAUuid() {
    write(FALLBACK, 60, UPPER);
    write(FALLBACK, 30, PLAIN);
    Measurement measured = measureUuids(Set.of(TenantId.of(UPPER), TenantId.of(PLAIN)), Set.of());
    assertThat(points(measured)).isEqualTo(Map.of(UPPER, 60L, PLAIN, 30L));
    assertThat(measured.anomalies()).isEqualTo(Anomalies.NONE);
  }

  @Test
  void aTenantThatThePayloadSpellsOtherwiseIsReportedWithThatSpelling() {
    write(FALLBACK, 60, UPPER);
    write(FALLBACK, 30, PLAIN);
    write(FALLBACK, 5, canonical(PLAIN));
    TenantId declared = TenantId.of(canonical(UPPER));
    Measurement measured = measureUuids(Set.of(declared), Set.of());
    assertThat(points(measured)).isEqualTo(Map.of(canonical(UPPER), 60L, canonical(PLAIN), 35L));
    assertThat(measured.anomalies().spellings())
        .isEqualTo(Map.of(
            declared,
            new TreeSet<>(Set.of(UPPER)),
            TenantId.of(canonical(PLAIN)),
            new TreeSet<>(Set.of(PLAIN, canonical(PLAIN)))));
  }

  @Test
  void retainedPointsOfADedicatedUuidAreNotCountedTwice() {
    createKey(ShardKey.of(UPPER));
    write(ShardKey.of(UPPER), 60, UPPER);
    write(FALLBACK, 60, UPPER);
    Measurement measured = measureUuids(Set.of(TenantId.of(UPPER)), keys);
    assertThat(measured.tenants())
        .containsExactly(Map.entry(TenantId.of(UPPER), new TenantCount(60, true, true)));
    assertThat(measured.anomalies()).isEqualTo(Anomalies.NONE);
  }

  @Test
  void aDeclaredTenantThatTheIndexCannotContainIsReportedUnlessItHasPoints() {
    write(FALLBACK, 60, 7L);
    assertThat(measureIntegers(Set.of(TenantId.of("7"), TenantId.of(8), TenantId.of(7)))
            .anomalies()
            .mistyped())
        .containsExactly(TenantId.of("7"));
    write(FALLBACK, 1, "7");
    unindexed.keep(Map.of(TenantId.of("7"), 2L));
    Measurement measured = measureIntegers(Set.of(TenantId.of("7"), TenantId.of(7)));
    assertThat(measured.anomalies().mistyped()).isEmpty();
    assertThat(measured.tenants())
        .containsOnly(
            Map.entry(TenantId.of("7"), new TenantCount(1, false, true)),
            Map.entry(TenantId.of(7), new TenantCount(60, false, true)));
    assertThat(measureUuids(Set.of(ACME), Set.of()).anomalies().mistyped()).containsExactly(ACME);
  }

  @Test
  void aTenantThatTheIndexCannotContainIsCountedOnceForEachGenerationOfItsTenantTier() {
    write(FALLBACK, 60, 7L);
    index(Points.FieldType.FieldTypeInteger);
    AtomicInteger counts = new AtomicInteger();
    QdrantReads counting = counting(counts, false);
    TenantId text = TenantId.of("7");
    IndexedField integers = new IndexedField("integer", false);
    for (int i = 0; i < 3; i++) {
      unindexed.keep(Map.of(text, 1L));
      assertThat(measure(counting, integers, Set.of(text), Set.of(), true)
              .anomalies()
              .mistyped())
          .containsExactly(text);
      write(FALLBACK, 1, null);
    }
    assertThat(counts).hasValue(1);
    write(FALLBACK, 5, "7");
    unindexed.keep(Map.of(text, 2L));
    for (int i = 0; i < 3; i++) {
      assertThat(measure(counting, integers, Set.of(text), Set.of(), true).tenants())
          .containsEntry(text, new TenantCount(5, false, true));
    }
    assertThat(counts).hasValue(2);
  }

  @Test
  void aCountThatStrictModeRefusesIsUnknownAndNotZero() {
    write(FALLBACK, 60, 7L);
    write(FALLBACK, 5, "7");
    index(Points.FieldType.FieldTypeInteger);
    AtomicInteger counts = new AtomicInteger();
    QdrantReads refusing = counting(counts, true);
    TenantId text = TenantId.of("7");
    IndexedField integers = new IndexedField("integer", false);
    for (int i = 0; i < 3; i++) {
      Anomalies found =
          measure(refusing, integers, Set.of(text), Set.of(), true).anomalies();
      assertThat(found.uncounted()).containsExactly(text);
      assertThat(found.mistyped()).isEmpty();
    }
    assertThat(counts).hasValue(1);
  }

  /** Counts the counts by the text 7, or refuses them as strict mode does. */
  private QdrantReads counting(AtomicInteger counts, boolean refuses) {
    return (QdrantReads) Proxy.newProxyInstance(
        QdrantReads.class.getClassLoader(),
        new Class<?>[] {QdrantReads.class},
        (self, method, args) -> {
          if (method.getName().equals("count")
              && Filter.tenant("group_id", TenantId.of("7")).equals(args[2])) {
            counts.incrementAndGet();
            if (refuses) {
              throw new QdrantException.Rejected("count: index required for group_id", null);
            }
          }
          return method.invoke(port(), args);
        });
  }

  private static String canonical(String uuid) {
    return TenantSpelling.canonical(uuid).orElseThrow();
  }

  private Measurement measureUuids(Set<TenantId> declared, Set<ShardKey> active) {
    index(Points.FieldType.FieldTypeUuid);
    return measure(port(), new IndexedField("uuid", true), declared, active, true);
  }

  private Measurement measureIntegers(Set<TenantId> declared) {
    index(Points.FieldType.FieldTypeInteger);
    return measure(port(), new IndexedField("integer", false), declared, Set.of(), true);
  }

  /** An index of this type in place of the keyword index. */
  private void index(Points.FieldType type) {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(
            qdrant.peers().get(0).grpcEndpoint().getAuthority())
        .usePlaintext()
        .build();
    try {
      PointsGrpc.newBlockingStub(channel)
          .createFieldIndex(Points.CreateFieldIndexCollection.newBuilder()
              .setCollectionName(COLLECTION)
              .setFieldName("group_id")
              .setFieldType(type)
              .setWait(true)
              .build());
    } finally {
      channel.shutdownNow();
    }
  }

  private Measurement measure(boolean discover, Set<TenantId> declared) {
    return measure(port(), new IndexedField("keyword", true), declared, keys, discover);
  }

  private Measurement measure(
      QdrantReads reads,
      IndexedField index,
      Set<TenantId> declared,
      Set<ShardKey> active,
      boolean discover) {
    return new MeasurementObserver(() -> Instant.EPOCH)
        .measure(
            reads,
            new MeasurementRequest(
                COLLECTION,
                "group_id",
                index,
                FALLBACK,
                active,
                declared,
                discover,
                facetLimit,
                unindexed,
                keyCounts,
                DecisionPolicy.defaults()));
  }

  private QdrantWrites port() {
    return cluster.peers().get(0);
  }

  private void createKey(ShardKey key) {
    port()
        .createShardKey(
            COLLECTION, new KeyTemplate(key, qdrant.peers().get(0).peerId(), ReplicaState.ACTIVE));
    if (!key.equals(FALLBACK)) {
      keys.add(key);
    }
  }

  private void write(ShardKey key, int points, @Nullable Object tenant) {
    List<Point> batch = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      long id = nextPoint++;
      Map<String, Object> payload = new HashMap<>(Map.of("n", id));
      if (tenant != null) {
        payload.put("group_id", tenant);
      }
      batch.add(new Point(PointId.of(id), payload, Map.of("", new PointVector.Dense(new float[] {
        1, id % 7, id % 11, id % 13
      }))));
    }
    port().upsert(Upsert.of(COLLECTION, ShardSelector.key(key), batch));
  }

  private static Map<String, Long> points(Measurement measured) {
    Map<String, Long> points = new TreeMap<>();
    measured.tenants().forEach((tenant, count) -> points.put(tenant.toString(), count.points()));
    return points;
  }

  private static long total(Measurement measured) {
    return measured.tenants().values().stream().mapToLong(TenantCount::points).sum();
  }
}
