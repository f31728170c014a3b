package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleViolation;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.act.EngineLimits;
import io.tierkeeper.moves.act.FenceCalls;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.ShardTransfer;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A cluster with one tiered collection, a client that writes as applications do, and a driver of moves. */
final class MoveRig implements AutoCloseable {

  static final ShardKey DEFAULT = ShardKey.of("default");
  static final String FIELD = "group_id";
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final @Nullable EmulatedQdrant emulated;
  /** Of the first peer, on which all keys begin. */
  private final @Nullable URI rest;

  final QdrantCluster cluster;
  final String collection = "kb" + NAMES.incrementAndGet();
  final ShardKey tenant = ShardKey.of("acme");
  final InMemoryAudit audit = new InMemoryAudit();
  /** Runs the commands of remedies. */
  final RunbookShell shell = new RunbookShell();

  /** For what a person was needed. */
  final List<StallReason> resolved = new ArrayList<>();

  /** What the client has been promised: id to version; absent means deleted or never written. */
  final Map<Long, Long> promised = new TreeMap<>();

  private final boolean owner;
  private int turn;

  static EmulatorOptions quick() {
    return EmulatorOptions.defaults();
  }

  MoveRig() {
    this(EmulatedQdrant.start(quick()), true);
  }

  private MoveRig(EmulatedQdrant qdrant, boolean owner) {
    this(connect(qdrant), qdrant, owner, null);
  }

  /** A collection of its own in a cluster that others use as well. */
  MoveRig(EmulatedQdrant qdrant, QdrantCluster shared) {
    this(shared, qdrant, false, null);
  }

  /** A collection in a cluster that is no emulator. */
  MoveRig(QdrantCluster real, URI rest) {
    this(real, null, false, rest);
  }

  /** An emulator of its own that is built otherwise. */
  MoveRig(EmulatorOptions options) {
    this(EmulatedQdrant.start(options), true);
  }

  private MoveRig(
      QdrantCluster cluster, @Nullable EmulatedQdrant emulated, boolean owner, @Nullable URI rest) {
    this.emulated = emulated;
    this.rest = rest;
    this.owner = owner;
    this.cluster = cluster;
    create(CollectionTemplate.tiered(collection, 4));
  }

  private void create(CollectionTemplate template) {
    port().createCollection(template);
    port().createShardKey(collection, new KeyTemplate(DEFAULT, firstPeer(), ReplicaState.ACTIVE));
    port().createTenantIndex(collection, FIELD);
  }

  /** Gives the collection, which is still empty, other vectors. */
  void vectors(Map<String, CollectionTemplate.VectorTemplate> vectors) {
    port().deleteCollection(collection);
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() ->
            cluster.peers().stream().allMatch(peer -> peer.view(collection).isEmpty()));
    create(new CollectionTemplate(collection, vectors, 1, 0, 16));
    settled();
  }

  static QdrantCluster connect(EmulatedQdrant qdrant) {
    return GrpcQdrant.connect(QdrantEndpoints.plain(
        qdrant.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
        qdrant.peers().stream().map(EmulatedPeer::restPort).toList()));
  }

  /** Empty on a real server. */
  Optional<EmulatedQdrant> emulated() {
    return Optional.ofNullable(emulated);
  }

  /** What was done that must never be done, as the emulator saw it; a real server tells nothing. */
  List<RuleViolation> breaches() {
    return emulated == null ? List.of() : emulated.violations();
  }

  /** Does what a stalled move asks a person for, to the letter; afterwards the signals say what was patched. */
  void intervene(Progress progress) {
    assertThat(progress).isInstanceOf(Progress.Stalled.class);
    Progress.Stalled stalled = (Progress.Stalled) progress;
    resolved.add(stalled.reason());
    Matcher peer = Pattern.compile("on peer (\\d+)").matcher(stalled.message());
    URI address = rest;
    if (emulated != null) {
      address = (peer.find()
              ? emulated.peer(Long.parseUnsignedLong(peer.group(1)))
              : emulated.peers().get(0))
          .restEndpoint();
    }
    shell.run(stalled.command(), Objects.requireNonNull(address));
  }

  /** Runs a command against the first peer. */
  void run(String command) {
    shell.run(
        command,
        emulated == null
            ? Objects.requireNonNull(rest)
            : emulated.peers().get(0).restEndpoint());
  }

  long firstPeer() {
    return cluster.peers().get(0).status().peerId();
  }

  QdrantWrites port() {
    return cluster.peers().get(turn++ % cluster.peers().size());
  }

  static MoveSettings settings() {
    return settings(draft -> {});
  }

  Move move(Direction direction, MoveSettings settings) {
    return new Move(
        "kb-acme-" + direction.label().toLowerCase(java.util.Locale.ROOT),
        collection + "-" + direction,
        "/namespaces/data/tieredcollections/kb",
        collection,
        FIELD,
        TenantId.Kind.KEYWORD,
        tenant.tenant(),
        DEFAULT,
        direction,
        settings);
  }

  /** Quick ones, for tests that wait for real. */
  static MoveSettings settings(Consumer<MoveSettingsBuilder> change) {
    return MoveFixtures.settings()
        .with(settings -> settings
            .verification(settings.verification().withSearchProbes(3))
            .settle(Duration.ofMillis(150))
            .retainSource(Duration.ZERO)
            .deleteBatch(40)
            .demotion(settings
                .demotion()
                .with(demotion ->
                    demotion.quietFor(Duration.ofMillis(100)).maxWait(Duration.ofSeconds(20))))
            .moveDeadline(Duration.ofSeconds(20)))
        .with(change);
  }

  /** A tenant that has been in its own key for long. */
  void loadDedicated(int points) {
    port().createShardKey(collection, new KeyTemplate(tenant, firstPeer(), ReplicaState.ACTIVE));
    load(points);
  }

  /** The tenant's own key with so many shards, which Tierkeeper never creates, and returns when all peers show it. */
  void createDedicated(int shards) {
    URI first = emulated == null
        ? Objects.requireNonNull(rest)
        : emulated.peers().get(0).restEndpoint();
    String body = "{\"shard_key\": \"%s\", \"shards_number\": %d}".formatted(tenant, shards);
    HttpRequest request = HttpRequest.newBuilder(
            first.resolve("/collections/" + collection + "/shards"))
        .header("Content-Type", "application/json")
        .PUT(HttpRequest.BodyPublishers.ofString(body))
        .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> settled(),
            layout -> layout.shards(tenant) == shards && layout.state(tenant) == KeyState.ACTIVE);
  }

  /** Gives the fallback a second replica, on another peer. */
  void replicateFallback() {
    Replica first = settled().replicas(DEFAULT).get(0);
    port()
        .replicateShard(
            collection,
            first.shardId(),
            first.peerId(),
            cluster.peers().get(1).status().peerId());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> settled().replicas(DEFAULT).stream()
                .filter(replica -> replica.state() == ReplicaState.ACTIVE)
                .count()
            == 2);
  }

  ShardSelector clientSelector() {
    return ShardSelector.withFallback(tenant, DEFAULT);
  }

  static Point point(long id, long version, String owner) {
    return new Point(
        PointId.of(id),
        Map.of(FIELD, owner, "v", version, "text", "point " + id),
        Map.of("", new PointVector.Dense(new float[] {
          1f + id % 17, 2f + id % 5, version % 7, 1f + (id * 31 + version) % 11
        })));
  }

  /** The tenant's points and as many of another tenant, written as clients do. */
  void load(int points) {
    List<Point> mine = new ArrayList<>();
    List<Point> theirs = new ArrayList<>();
    for (long id = 1; id <= points; id++) {
      mine.add(point(id, 1, "acme"));
      theirs.add(point(1_000_000 + id, 1, "other"));
      promised.put(id, 1L);
    }
    if (points > 0) {
      port().upsert(Upsert.of(collection, clientSelector(), mine));
      port().upsert(Upsert.of(collection, ShardSelector.key(DEFAULT), theirs));
    }
  }

  /** One write of the tenant, by whatever peer, repeated until it is acknowledged as clients must. */
  void write(long id) {
    long version = promised.getOrDefault(id, 0L) + 1;
    retrying(() -> port()
        .upsert(Upsert.of(collection, clientSelector(), List.of(point(id, version, "acme")))));
    promised.put(id, version);
  }

  void delete(long id) {
    retrying(() ->
        port().delete(collection, clientSelector(), Filter.ids(List.of(PointId.of(id))), true));
    promised.remove(id);
  }

  private static void retrying(Runnable call) {
    for (int attempt = 0; ; attempt++) {
      try {
        call.run();
        return;
      } catch (io.tierkeeper.qdrant.QdrantException e) {
        if (attempt == 200) {
          throw e;
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
  }

  /** Does what the move asks for and goes on until it ends or asks again. */
  Progress resolve(MoveEngine engine, Move move, Progress stalled, StallReason reason) {
    return resolve(engine, move, stalled, reason, () -> {});
  }

  /** As {@link #resolve}, and keeps the fallback's version of each point, as the runbook says. */
  Progress resolveFromFallback(MoveEngine engine, Move move, Progress stalled, StallReason reason) {
    return resolve(
        engine, move, stalled, reason, () -> run(RunbookShell.keepingTheFallbacksVersion(move)));
  }

  private Progress resolve(
      MoveEngine engine, Move move, Progress stalled, StallReason reason, Runnable further) {
    assertThat(stalled).isInstanceOfSatisfying(Progress.Stalled.class, asked -> {
      assertThat(asked.reason()).as("%s", asked).isEqualTo(reason);
    });
    intervene(stalled);
    further.run();
    // A real server makes a recovered replica Active a moment after its answer; a stalled move is
    // looked at again.
    return await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> drive(engine, move, stalled.journal(), shell.signals(), each -> {}),
            next -> !(next instanceof Progress.Stalled again) || again.reason() != reason);
  }

  /** Takes a key out of service as an accident would: its replica is Dead, its content on disk. */
  void takeOutOfService(ShardKey key) {
    ShardKey empty = ShardKey.of(ReservedNames.PREFIX + "accident");
    port().createShardKey(collection, new KeyTemplate(empty, firstPeer(), ReplicaState.ACTIVE));
    ClusterLayout layout = settled();
    Replica from = layout.replicas(empty).get(0);
    Replica to = layout.replicas(key).get(0);
    QdrantWrites first = cluster.peers().get(0);
    first.replicatePoints(collection, empty, key, Filter.tenant(FIELD, tenant.tenant()));
    first.abortTransfer(
        collection,
        new ShardTransfer(from.shardId(), to.shardId(), from.peerId(), to.peerId(), true));
    assertThat(settled().state(key)).isEqualTo(KeyState.DEAD);
    port().deleteShardKey(collection, empty);
    settled();
  }

  /** Brings a key back that was taken out of service, with what it held. */
  void revive(ShardKey key) {
    Replica replica = settled().replicas(key).get(0);
    QdrantWrites own = cluster.peers().stream()
        .filter(peer -> peer.status().peerId() == replica.peerId())
        .findFirst()
        .orElseThrow();
    String name = own.createShardSnapshot(collection, replica.shardId());
    try {
      Path file = Files.createTempFile("tierkeeper-", ".snapshot");
      own.downloadShardSnapshot(collection, replica.shardId(), name, file);
      own.recoverShardSnapshot(collection, replica.shardId(), file);
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> settled().state(key) == KeyState.ACTIVE);
  }

  /** What all peers show once they agree and no transfer runs. */
  ClusterLayout settled() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> new LayoutObserver(cluster).observe(collection),
            layout -> layout.disagreement().isEmpty() && layout.transfers().isEmpty());
  }

  MoveEngine engine() {
    return engine(cluster, audit);
  }

  MoveEngine engine(QdrantCluster through, AuditSink sink) {
    return new MoveEngine(through, sink, Clock.systemUTC(), Leadership.always());
  }

  /** With a place for snapshots. */
  MoveEngine engine(SnapshotStore snapshots) {
    return engine(cluster, snapshots);
  }

  MoveEngine engine(QdrantCluster through, SnapshotStore snapshots) {
    return new MoveEngine(
        through,
        audit,
        Clock.systemUTC(),
        Leadership.always(),
        FenceCalls.http(),
        EngineLimits.DEFAULTS,
        snapshots);
  }

  /** Whether the journal records that the dedicated key is Active. */
  static boolean active(MoveJournal journal) {
    return journal.promotion().map(Promotion::activeSince).isPresent();
  }

  static MoveSignals go() {
    return MoveSignals.none("test");
  }

  Progress drive(Move move, MoveSignals signals) {
    return drive(engine(), move, MoveJournal.initial(), signals, progress -> {});
  }

  /** Turns until the move ends or stalls. */
  Progress drive(
      MoveEngine engine,
      Move move,
      MoveJournal journal,
      MoveSignals signals,
      Consumer<Progress> each) {
    // A move goes by the settings in its journal; a test that gives others means them.
    MoveJournal at = journal.settings() == null ? journal : journal.withSettings(move.settings());
    for (int i = 0; i < 3_000; i++) {
      Progress progress = engine.advance(move, at, signals, written -> {});
      each.accept(progress);
      at = progress.journal();
      if (progress instanceof Progress.Finished || progress instanceof Progress.Stalled) {
        return progress;
      }
      if (progress instanceof Progress.Wait wait) {
        pause(wait.after());
      }
    }
    throw new AssertionError("the move did not end: " + at);
  }

  /** Advances a move until it is where a test wants it. */
  static Progress until(
      MoveEngine engine,
      Move move,
      MoveJournal journal,
      MoveSignals signals,
      Predicate<Progress> reached) {
    MoveJournal at = journal;
    for (int i = 0; i < 3_000; i++) {
      Progress progress = engine.advance(move, at, signals, written -> {});
      if (reached.test(progress)) {
        return progress;
      }
      at = progress.journal();
      if (progress instanceof Progress.Wait wait) {
        pause(wait.after());
      }
    }
    throw new AssertionError("the move did not get there: " + at);
  }

  static void pause(Duration asked) {
    LockSupport.parkNanos(Math.min(asked.toNanos(), Duration.ofMillis(20).toNanos()));
  }

  /** The tenant's ids and versions in one key; null where the key does not exist. */
  @Nullable
  Map<Long, Long> content(ShardKey key) {
    if (cluster.peers().get(0).view(collection).orElseThrow().replicasOf(key).isEmpty()) {
      return null;
    }
    Map<Long, Long> found = new TreeMap<>();
    PointId from = null;
    do {
      ScrollPage page = cluster
          .peers()
          .get(0)
          .scroll(ScrollRequest.whole(
                  collection, ShardSelector.key(key), Filter.matches(FIELD, "acme"), 500)
              .startingAt(from));
      for (Point point : page.points()) {
        Object version = point.payload().get("v");
        found.put(((PointId.Num) point.id()).value(), (Long) version);
        if (point.payload().containsKey(CopyMark.MOVE_FIELD)) {
          throw new AssertionError("point " + point.id() + " still bears a mark");
        }
      }
      from = page.next();
    } while (from != null);
    return found;
  }

  long otherTenants() {
    return cluster
        .peers()
        .get(0)
        .count(collection, ShardSelector.key(DEFAULT), Filter.matches(FIELD, "other"));
  }

  @Override
  public void close() {
    if (owner) {
      cluster.close();
      Objects.requireNonNull(emulated).close();
    } else {
      port().deleteCollection(collection);
    }
    shell.close();
  }
}
