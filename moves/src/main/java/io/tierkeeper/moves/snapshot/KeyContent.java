package io.tierkeeper.moves.snapshot;

import io.tierkeeper.moves.content.Fingerprint;
import io.tierkeeper.moves.scan.IdStream;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a key holds, without its vectors: how many points, and a fingerprint of their ids and payloads.
 *
 * @param fingerprint null where the key changed meanwhile
 */
public record KeyContent(long points, @Nullable String fingerprint) {

  /**
   * Reads all points of a key.
   *
   * @param progress gets numbers of points that have been read since the last call
   */
  public static KeyContent read(
      QdrantReads port, String collection, ShardKey key, int page, LongConsumer progress) {
    Fingerprint fingerprint = new Fingerprint();
    IdStream points = new IdStream(
        List.of(port),
        new ScrollRequest(collection, ShardSelector.key(key), null, null, page, true, false));
    while (points.peek() != null) {
      fingerprint.add(points.next());
      if (fingerprint.count() % page == 0) {
        progress.accept(page);
      }
    }
    progress.accept(fingerprint.count() % page);
    return new KeyContent(fingerprint.count(), fingerprint.text());
  }

  /** The later of two readings, without a fingerprint where they differ. */
  public KeyContent steady(KeyContent later) {
    return equals(later) ? later : new KeyContent(later.points(), null);
  }
}
