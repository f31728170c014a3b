package io.tierkeeper.lab.commands;

import io.tierkeeper.cli.QdrantOption;
import io.tierkeeper.lab.swarm.HashedNgrams;
import io.tierkeeper.lab.swarm.Memory;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Clock;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where packets of agents are, and the problem that they are about. */
final class PacketOptions {

  @Mixin
  QdrantOption qdrant = new QdrantOption();

  @Option(
      names = "--collection",
      required = true,
      paramLabel = "NAME",
      description = "Tiered collection of packets; an unnamed cosine vector of 384 dimensions.")
  String collection = "";

  @Option(
      names = "--tenant",
      required = true,
      paramLabel = "GROUP",
      description = "Group of agents that share packets, the tenant.")
  String tenant = "";

  @Option(
      names = "--tenant-key",
      paramLabel = "FIELD",
      defaultValue = Memory.GROUP,
      description = "Payload field of the tenant; default ${DEFAULT-VALUE}.")
  String tenantKey = "";

  @Option(
      names = "--fallback-key",
      paramLabel = "KEY",
      defaultValue = "default",
      description = "Fallback shard key of the collection; default ${DEFAULT-VALUE}.")
  String fallbackKey = "";

  @Option(
      names = "--problem-description",
      required = true,
      paramLabel = "TEXT",
      description = "The problem, in natural language.")
  String problemDescription = "";

  /**
   * Calls the memory of the collection.
   *
   * @param create whether to create the collection if there is none
   * @throws UsageException when an option is wrong, or Qdrant rejects the call
   */
  <T> T call(boolean create, Function<Memory, T> question) {
    if (!qdrant.given()) {
      throw new UsageException("--qdrant is required, as in --qdrant http://host:6334");
    }
    ShardKey fallback = key("--fallback-key", fallbackKey);
    key("--tenant", tenant);
    HashedNgrams embedder = new HashedNgrams();
    try (QdrantCluster cluster = qdrant.connect()) {
      if (cluster.peers().getFirst().describe(collection).isEmpty()) {
        if (!create) {
          throw new UsageException("--collection is '" + collection
              + "', which does not exist; allowed is a collection, or swarm deposit --create");
        }
        Memory.create(cluster, collection, tenantKey, fallback, embedder);
      }
      return question.apply(
          Memory.in(cluster, collection, tenantKey, fallback, embedder, Clock.systemUTC()));
    } catch (QdrantException e) {
      throw new UsageException("--qdrant: " + e.getMessage());
    }
  }

  /** The group. */
  ShardKey group() {
    return key("--tenant", tenant);
  }

  private static ShardKey key(String option, String name) {
    try {
      return ShardKey.of(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + " is '" + name + "': " + e.getMessage());
    }
  }
}
