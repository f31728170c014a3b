package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What consensus says of the whole cluster after some log entry; immutable. */
public record ClusterState(List<Long> peers, SortedMap<String, CollectionState> collections) {

  public ClusterState {
    peers = List.copyOf(peers);
    collections = Collections.unmodifiableSortedMap(new TreeMap<>(collections));
  }

  public CollectionState collection(String name) {
    CollectionState collection = collections.get(name);
    if (collection == null) {
      throw QdrantError.notFound("Collection `" + name + "` doesn't exist!");
    }
    return collection;
  }

  ClusterState with(CollectionState collection) {
    SortedMap<String, CollectionState> changed = new TreeMap<>(collections);
    changed.put(collection.name(), collection);
    return new ClusterState(peers, changed);
  }

  ClusterState without(String name) {
    SortedMap<String, CollectionState> changed = new TreeMap<>(collections);
    changed.remove(name);
    return new ClusterState(peers, changed);
  }
}
