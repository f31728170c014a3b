package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What consensus says of the whole cluster after some log entry; immutable. */
public record ClusterState(
    List<Long> peers,
    SortedMap<String, CollectionState> collections,
    SortedMap<String, String> aliases) {

  public ClusterState {
    peers = List.copyOf(peers);
    collections = Collections.unmodifiableSortedMap(new TreeMap<>(collections));
    aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
  }

  /** The collection that an alias stands for; any other name stands for itself. */
  public String resolve(String name) {
    return aliases.getOrDefault(name, name);
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
    return new ClusterState(peers, changed, aliases);
  }

  /** A collection ends with its aliases. */
  ClusterState without(String name) {
    SortedMap<String, CollectionState> changed = new TreeMap<>(collections);
    changed.remove(name);
    SortedMap<String, String> kept = new TreeMap<>(aliases);
    kept.values().removeIf(name::equals);
    return new ClusterState(peers, changed, kept);
  }

  ClusterState withAliases(SortedMap<String, String> changed) {
    return new ClusterState(peers, collections, changed);
  }
}
