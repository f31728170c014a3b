package io.tierkeeper.lab.benchmarks.load;

import io.tierkeeper.lab.benchmarks.load.LittlesLaw.Noted;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.load.Load;
import io.tierkeeper.load.LoadProgress;
import io.tierkeeper.load.LoadReport;
import io.tierkeeper.load.LoadSettings;
import io.tierkeeper.load.journal.LoadIdentity;
import io.tierkeeper.load.mapping.Destination;
import io.tierkeeper.load.mapping.Destination.TenantType;
import io.tierkeeper.load.mapping.Destination.VectorField;
import io.tierkeeper.load.mapping.Mapping;
import io.tierkeeper.load.source.Format;
import io.tierkeeper.load.source.Source;
import io.tierkeeper.load.write.QdrantSink;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast vectors are loaded. */
@Command(
    name = "tools/bench load",
    mixinStandardHelpOptions = true,
    description = {
      "Loads the same vectors with tierkeeper load and with a hand-written loop over the official client, for each batch,",
      "parallel and wait, and prints rates and latencies beside the note's. Goals: 0.9 of the loop's best rate, and 10,000",
      "vectors a second at 1,024 dimensions on two cores. Uses QDRANT_BIN or qdrant on PATH (three peers), else the emulator."
    },
    sortOptions = false)
public final class LoadBenchmark implements Callable<Integer> {
  private static final String COLLECTION = "tierkeeper-bench-load";
  private static final String TENANT_KEY = "group_id";
  private static final String TENANT = "bench";
  private static final double GOAL_SHARE = 0.9;
  private static final double GOAL_RATE = 10_000;

  @Option(
      names = "--qdrant",
      split = ",",
      paramLabel = "URL",
      description = "gRPC endpoints of a running Qdrant; the API key is in QDRANT_API_KEY.")
  private @Nullable List<URI> qdrant;

  @Option(
      names = "--rest-port",
      defaultValue = "6333",
      description = "Its REST port (${DEFAULT-VALUE}).")
  private int restPort;

  @Option(
      names = "--vectors",
      defaultValue = "50000",
      description = "Vectors of each load (${DEFAULT-VALUE}).")
  private int vectors;

  @Option(
      names = "--dimensions",
      defaultValue = "1024",
      description = "Their dimensions (${DEFAULT-VALUE}).")
  private int dimensions;

  private record Cell(int batch, int parallel, boolean waits) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%5d x %d %-5s", batch, parallel, waits ? "true" : "false");
    }
  }

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new LoadBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (qdrant != null) {
      measure(QdrantEndpoints.plain(qdrant, List.of(restPort)), "Qdrant at " + qdrant);
      return 0;
    }
    Optional<Path> binary = LocalQdrant.binary(System.getenv());
    if (binary.isPresent()) {
      try (LocalQdrant local = LocalQdrant.start(binary.get())) {
        measure(QdrantEndpoints.plain(local.endpoints(), local.restPorts()), local.description());
      }
      return 0;
    }
    try (EmulatedQdrant emulated = EmulatedQdrant.start(EmulatorOptions.defaults())) {
      measure(
          QdrantEndpoints.plain(
              emulated.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
              emulated.peers().stream().map(EmulatedPeer::restPort).toList()),
          "the emulator, whose rates say nothing about Qdrant");
    }
    return 0;
  }

  private void measure(QdrantEndpoints endpoints, String server)
      throws IOException, InterruptedException {
    QdrantEndpoints patient =
        endpoints.apiKey(System.getenv("QDRANT_API_KEY")).deadline(Duration.ofSeconds(60));
    System.out.printf(
        Locale.ROOT,
        "%,d vectors of %,d dimensions, %d processors, %s%n%n",
        vectors,
        dimensions,
        Runtime.getRuntime().availableProcessors(),
        server);
    float[][] generated = generated();
    Path file = file(generated);
    List<Cell> cells = new ArrayList<>();
    for (boolean wait : new boolean[] {false, true}) {
      for (int batch : new int[] {500, 1000}) {
        for (int parallel : new int[] {4, 8}) {
          cells.add(new Cell(batch, parallel, wait));
        }
      }
    }
    System.out.println("batch x parallel wait   load: vectors/s  p50 ms  p95 ms"
        + "   loop: vectors/s  p50 ms  p95 ms   share   loop: rate x latency of batch x parallel");
    double bestLoad = 0;
    double bestLoop = 0;
    try (QdrantCluster cluster = GrpcQdrant.connect(patient);
        HandWrittenLoop loop =
            new HandWrittenLoop(patient.endpoints(), patient.apiKey(), COLLECTION)) {
      // The first load of each warms the JVM and the server up.
      loader(cluster, file, cells.getFirst());
      loop(cluster, loop, generated, cells.getFirst());
      for (Cell cell : cells) {
        Measured load = loader(cluster, file, cell);
        Measured hand = loop(cluster, loop, generated, cell);
        bestLoad = Math.max(bestLoad, load.rate());
        bestLoop = Math.max(bestLoop, hand.rate());
        System.out.printf(
            Locale.ROOT,
            "%s   %,15.0f %7.0f %7.0f   %,15.0f %7.0f %7.0f   %5.2f   %s%n",
            cell,
            load.rate(),
            load.p50(),
            load.p95(),
            hand.rate(),
            hand.p50(),
            hand.p95(),
            load.rate() / hand.rate(),
            LittlesLaw.verdict(hand.rate() * hand.mean() / 1000, cell.batch(), cell.parallel()));
      }
      cluster.peers().getFirst().deleteCollection(COLLECTION);
    } finally {
      Files.deleteIfExists(file);
    }
    System.out.printf(
        Locale.ROOT,
        "%nbest load %,.0f vectors/s, best loop %,.0f: %.2f of it (goal %.1f: %s); goal %,.0f vectors/s: %s%n",
        bestLoad,
        bestLoop,
        bestLoad / bestLoop,
        GOAL_SHARE,
        met(bestLoad >= GOAL_SHARE * bestLoop),
        GOAL_RATE,
        met(bestLoad >= GOAL_RATE));
    printNote();
  }

  private static String met(boolean met) {
    return met ? "met" : "missed";
  }

  private static void printNote() {
    System.out.println();
    System.out.println(
        "The note's expected figures (1,024 dimensions, another machine, not measured here):");
    for (Noted noted : LittlesLaw.NOTE) {
      System.out.printf(
          Locale.ROOT,
          "%5d x %d %-5s   %,6.0f to %,6.0f vectors/s, p50 %.0f to %.0f ms, p95 %.0f to %.0f ms   %s%n",
          noted.batch(),
          noted.parallel(),
          noted.waits(),
          noted.leastRate(),
          noted.mostRate(),
          noted.leastP50(),
          noted.mostP50(),
          noted.leastP95(),
          noted.mostP95(),
          LittlesLaw.verdict(noted.inFlight(), noted.batch(), noted.parallel()));
    }
  }

  private float[][] generated() {
    Random random = new Random(1);
    float[][] generated = new float[vectors][dimensions];
    for (float[] vector : generated) {
      for (int i = 0; i < dimensions; i++) {
        vector[i] = random.nextFloat() * 2 - 1;
      }
    }
    return generated;
  }

  private Path file(float[][] generated) throws IOException {
    Path file = Files.createTempFile("tierkeeper-bench", ".npy");
    String header = "{'descr': '>f4', 'fortran_order': False, 'shape': (" + vectors + ", "
        + dimensions + "), }\n";
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.write(0x93);
      out.write("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
      out.write(new byte[] {1, 0, (byte) header.length(), (byte) (header.length() >> Byte.SIZE)});
      out.write(header.getBytes(StandardCharsets.ISO_8859_1));
      for (float[] vector : generated) {
        for (float number : vector) {
          out.writeFloat(number);
        }
      }
    }
    return file;
  }

  /** A collection without points, so that each load begins alike. */
  private void recreate(QdrantCluster cluster) {
    QdrantWrites peer = cluster.peers().getFirst();
    peer.deleteCollection(COLLECTION);
    peer.createCollection(CollectionTemplate.tiered(COLLECTION, dimensions));
    peer.createTenantIndex(COLLECTION, TENANT_KEY);
    peer.createShardKey(
        COLLECTION,
        new KeyTemplate(ShardKey.of("default"), peer.status().peerId(), ReplicaState.ACTIVE));
  }

  private Measured loader(QdrantCluster cluster, Path file, Cell cell)
      throws IOException, InterruptedException {
    recreate(cluster);
    Destination destination = new Destination(
        COLLECTION,
        ShardKey.of("default"),
        TENANT_KEY,
        TenantType.KEYWORD,
        VectorField.of(
            cluster.peers().getFirst().describe(COLLECTION).orElseThrow().settings()));
    Path journal = Path.of(file + ".journal");
    Files.deleteIfExists(journal);
    LoadSettings settings = new LoadSettings(
        new Source(file, Format.NPY, Set.of("vector"), Map.of(), null),
        new Mapping(null, List.of(), null, TENANT, Map.of("", "vector"), List.of(), null),
        cell.batch(),
        cell.parallel(),
        LoadSettings.OnError.STOP,
        journal,
        Path.of(file + ".rejects.jsonl"),
        false,
        true,
        Duration.ofSeconds(60));
    LoadReport report = new Load(
            settings,
            destination,
            new QdrantSink(cluster, destination, cell.waits(), 500),
            LoadProgress.NONE,
            () -> false)
        .run(new LoadIdentity(new TreeMap<>()));
    if (!report.isSuccess()) {
      throw new IllegalStateException("the load did not succeed: " + report);
    }
    require(cluster, vectors);
    return new Measured(
        report.written(),
        report.seconds(),
        report.latency().p50(),
        report.latency().p95(),
        Double.NaN);
  }

  private Measured loop(QdrantCluster cluster, HandWrittenLoop loop, float[][] generated, Cell cell)
      throws InterruptedException {
    recreate(cluster);
    return loop.run(generated, TENANT_KEY, TENANT, cell.batch(), cell.parallel(), cell.waits());
  }

  private static void require(QdrantCluster cluster, long points) {
    long found = cluster.peers().getFirst().count(COLLECTION, ShardSelector.all(), null);
    if (found != points) {
      throw new IllegalStateException(found + " points instead of " + points);
    }
  }
}
