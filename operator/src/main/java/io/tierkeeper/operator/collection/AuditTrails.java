package io.tierkeeper.operator.collection;

import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.CheckpointSignature;
import io.tierkeeper.audit.file.AppendFile;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.file.AuditWriter;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.audit.file.LastTerm;
import io.tierkeeper.audit.history.TrailEvent;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.evaluation.history.RestoredTrail;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.metrics.TrailGauges;
import io.tierkeeper.operator.move.RecordedMove;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the audit trail of a collection and reads back what an evaluation goes on from. */
public final class AuditTrails {

  private static final Logger log = LoggerFactory.getLogger(AuditTrails.class);

  private static final String RETAINED = "Until ";

  /** By how much this process's clock may be behind that of the API server. */
  private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

  private final OperatorOptions options;
  private final AuditOptions kept;
  private final AppendFile.Opener disk;
  private final Appended appended;

  /** Receives each line that was appended to a trail; must not wait. */
  @FunctionalInterface
  public interface Appended {
    void accept(AuditStream stream, AuditEvent event, AuditReceipt receipt);
  }

  public AuditTrails(OperatorOptions options) {
    this(options, (stream, event, receipt) -> {});
  }

  /** Trails whose lines another part of the process receives, too. */
  public AuditTrails(OperatorOptions options, Appended appended) {
    this(options, AuditOptions.DEFAULTS, AppendFile::open, appended);
  }

  /**
   * Trails for a simulation.
   *
   * @param kept how trails are kept, as far as the options do not say
   * @param disk where they are written
   */
  public AuditTrails(OperatorOptions options, AuditOptions kept, AppendFile.Opener disk) {
    this(options, kept, disk, (stream, event, receipt) -> {});
  }

  private AuditTrails(
      OperatorOptions options, AuditOptions kept, AppendFile.Opener disk, Appended appended) {
    this.appended = appended;
    this.options = options;
    this.kept = kept;
    this.disk = disk;
  }

  /** A line was appended. */
  void appended(AuditStream stream, AuditEvent event, AuditReceipt receipt) {
    appended.accept(stream, event, receipt);
  }

  /** The file that is, or will be, written. */
  public Path file(String namespace, String name) {
    return options
        .audit()
        .directory()
        .resolve(AuditStream.of(namespace, name).fileStem() + ".jsonl");
  }

  /** Where a trail stands; to be read once it has been opened. */
  RestoredTrail restore(String namespace, String name) {
    try {
      return RestoredTrail.read(
          AuditStream.of(namespace, name).files(options.audit().directory()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The highest term in which a trail was written last; 0 where there is none, or none that can be read. */
  public long lastTerm() {
    try {
      return LastTerm.in(options.audit().directory());
    } catch (IOException e) {
      log.warn("The last term of the audit trails cannot be read: {}", e.toString());
      return 0;
    }
  }

  /** What gauges show of a trail. */
  TrailGauges gauges(String namespace, String name, BooleanSupplier healthy) {
    Path directory = options.audit().directory();
    AuditStream stream = AuditStream.of(namespace, name);
    return new TrailGauges(
        healthy,
        () -> number(() -> stream.size(directory)),
        () -> number(() -> stream.files(directory).size()),
        () -> number(() -> Files.getFileStore(directory).getUsableSpace()));
  }

  private static Number number(Callable<Number> read) {
    try {
      return read.call();
    } catch (Exception e) {
      // A directory that is not there, such as before the first line or while a volume is missing.
      return Double.NaN;
    }
  }

  /** What a trail records of the move of the TierMove with this uid; to be asked once it has been opened. */
  Optional<RecordedMove> recordedMove(String namespace, String name, String uid, Instant created) {
    List<MoveData> lines = new ArrayList<>();
    try (Stream<TrailEvent<MoveData>> moves = TrailHistory.of(
            AuditStream.of(namespace, name).files(options.audit().directory()))
        .eventsSince(MoveData.class, created.minus(CLOCK_DIFFERENCE))) {
      moves
          .map(TrailEvent::data)
          .filter(move -> move.object().uid().equals(uid))
          .forEach(move -> {
            if (lines.isEmpty() || move.event() == MoveEvent.RETAINED) {
              lines.add(move);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(new RecordedMove(lines.stream()
            .flatMap(line -> retainedUntil(line).stream())
            .min(Comparator.naturalOrder())
            .orElse(null)));
  }

  /** The engine announces a retention as {@code Until}, with its end. */
  private static Optional<Instant> retainedUntil(MoveData line) {
    String reason = line.answer() == null ? "" : line.answer().path("reason").asText();
    return line.event() == MoveEvent.RETAINED && reason.startsWith(RETAINED)
        ? TimeText.read(reason.substring(RETAINED.length()))
        : Optional.empty();
  }

  /**
   * Opens the trail for writing. It must hold, or else goes on from, the checkpoint in the collection's status.
   *
   * @param term of the lease; where there is no election, that of the last writer goes on, and a trail that is elsewhere
   *     goes on in the term that the status has, if that is later
   * @param onCheckpoint receives each checkpoint once it is on disk; must not wait
   * @throws io.tierkeeper.audit.AuditUnavailableException when the trail cannot be written or is damaged
   */
  JsonlAuditLog open(
      TieredCollection collection, long term, Consumer<AuditCheckpoint> onCheckpoint) {
    AuditStream stream = AuditStream.of(
        collection.getMetadata().getNamespace(), collection.getMetadata().getName());
    return JsonlAuditLog.open(
        options.audit().directory(),
        stream,
        new AuditWriter(
            options.version(),
            options.instance(),
            options.leaderElection().enabled()
                ? Math.max(term, termElsewhere(collection, stream))
                : AuditWriter.LAST_TERM),
        options.clock().withZone(ZoneOffset.UTC),
        kept.withCopy(options.audit().copy())
            .signing(options.audit().signingKey())
            .reporting(onCheckpoint)
            .withRetention(options.audit().retention())
            .withResumeFrom(checkpoint(collection)),
        disk);
  }

  /** The term of the status where the trail itself is not here; the trail knows better. */
  private long termElsewhere(TieredCollection collection, AuditStream stream) {
    TieredCollectionStatus status = collection.getStatus();
    TieredCollectionStatus.Audit audit = status == null ? null : status.audit();
    try {
      return audit == null
              || audit.term() == null
              || !stream.files(options.audit().directory()).isEmpty()
          ? 0
          : Math.max(0, audit.term());
    } catch (IOException e) {
      // To be opened all the same, which reports why it cannot be read.
      return 0;
    }
  }

  /** The checkpoint in the status; null where there is none that can be read. */
  static @Nullable AuditCheckpoint checkpoint(TieredCollection collection) {
    TieredCollectionStatus status = collection.getStatus();
    TieredCollectionStatus.Audit audit = status == null ? null : status.audit();
    TieredCollectionStatus.Checkpoint checkpoint = audit == null ? null : audit.checkpoint();
    if (checkpoint == null
        || checkpoint.size() == null
        || checkpoint.headHash() == null
        || checkpoint.time() == null) {
      return null;
    }
    try {
      return new AuditCheckpoint(
          checkpoint.size(),
          checkpoint.headHash(),
          Instant.parse(checkpoint.time()),
          signature(checkpoint));
    } catch (IllegalArgumentException | DateTimeException e) {
      // Only the operator writes it, so another client has; the files are more reliable.
      log.error(
          "TieredCollection {}/{}: status.audit.checkpoint cannot be parsed and is not compared"
              + " with the audit trail: {}",
          collection.getMetadata().getNamespace(),
          collection.getMetadata().getName(),
          e.getMessage());
      return null;
    }
  }

  private static @Nullable CheckpointSignature signature(
      TieredCollectionStatus.Checkpoint checkpoint) {
    return checkpoint.signature() == null || checkpoint.keyId() == null
        ? null
        : new CheckpointSignature(checkpoint.keyId(), checkpoint.signature());
  }
}
