import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.range;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Range;
import io.tierkeeper.client.*;
import java.util.*;

/** Two agents of one group share outcome packets. Argument: the gRPC endpoint of Qdrant. */
public class OutcomePackets {
  static void deposit(TenantPoints group, String agent, String problem, String outcome, double confidence, String delta) {
    Map<String, Object> packet = new LinkedHashMap<>(Map.of("problem_description", problem, "outcome_type", outcome,
        "confidence", confidence, "delta_summary", delta, "domain_tags", List.of("inference"), "agent_id", agent));
    PointId id = PointId.of(packet.toString()); // hashed with the tenant: the same packet is the same point
    long now = System.currentTimeMillis();
    packet.putAll(Map.of("timestamp", now / 1000.0, "ttl", 3600L, "expires", now + 3_600_000));
    group.upsert(Point.of(id, embed(problem), packet));
  }

  static List<ScoredPoint> query(TenantPoints group, String agent, String problem) {
    Range later = Range.newBuilder().setGt(System.currentTimeMillis()).build();
    Filter valid = Filter.newBuilder().addMust(range("expires", later)).addMustNot(matchKeyword("agent_id", agent)).build();
    return group.search(Search.nearest(embed(problem)).filter(valid).limit(5));
  }

  /** Stands for your embedding model. */
  static float[] embed(String text) {
    float[] vector = new float[64];
    for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) vector[Math.floorMod(word.hashCode(), 64)]++;
    return vector;
  }

  public static void main(String[] args) {
    try (TenantClient client = TenantClient.connect(ClientConfig.builder("outcomes").url(args[0]).vectorSize(64).build())) {
      client.collection().create();
      TenantPoints team = client.forTenant("team-a");
      deposit(team, "agent_000", "inference latency at 8k tokens", "resolved", 0.87, "Flash attention cut p99 latency 62%");
      deposit(team, "agent_001", "latency of inference with 8k tokens", "open", 0.4, "no cause found yet");
      for (ScoredPoint found : query(team, "agent_001", "latency of inference with 8k tokens"))
        System.out.println(found.payload().get("agent_id") + ": " + found.payload().get("delta_summary"));
    }
  }
}
