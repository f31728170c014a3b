package io.tierkeeper.api.v1alpha1;

/** The defaults of a policy, for the schema and for the mapping. */
public final class PolicyDefaults {
  public static final String MODE = "Recommend";
  public static final String APPROVAL_REQUIRED = "[\"Demote\"]";
  public static final String APPROVAL_EXPIRES_AFTER = "24h";
  public static final String METRIC = "Points";
  public static final int MIN_SAMPLES = 3;
  public static final String STALE_AFTER = "10m";
  public static final String OBJECTIVE = "Coupled";
  public static final String VARIANCE_WEIGHT = "0.1";
  public static final String PENALTY_WEIGHT = "0.05";
  public static final String COHERENCE_WEIGHT = "0.0206";
  public static final String TRACKING_WEIGHT = "0.0173";
  public static final int WINDOW = 8;
  public static final String PENALTY_FALLBACK = "0.10";
  public static final String PENALTY_DEDICATED = "0.00";
  public static final String PENALTY_PROMOTING = "0.15";
  public static final String PENALTY_DEMOTING = "0.10";
  public static final String PENALTY_OTHERWISE = "0";
  public static final String DECISION = "Thresholds";
  public static final String ABOVE_SHARE = "0.15";
  public static final String BELOW_SHARE = "0.05";
  public static final String PROMOTE_MATCH = "Either";
  public static final String DEMOTE_MATCH = "Both";
  public static final String PROMOTE_STABILIZATION_WINDOW = "30m";
  public static final String DEMOTE_STABILIZATION_WINDOW = "24h";
  public static final String COOLDOWN_AFTER_MOVE = "6h";
  public static final String COOLDOWN_AFTER_ABORT = "12h";
  public static final int FLAP_MAX_MOVES = 2;
  public static final String FLAP_PERIOD = "168h";
  public static final int MAX_DEDICATED = 200;
  public static final int MAX_CONCURRENT_MOVES = 1;
  public static final String EVALUATE = "*/1 * * * *";
  public static final String TIME_ZONE = "UTC";
  public static final String VERIFY_LEVEL = "Content";
  public static final int SEARCH_PROBES = 20;
  public static final String MIN_TOP_K_OVERLAP = "0.99";
  public static final String SOURCE_FOR = "24h";
  public static final int DELETE_BATCH = 1000;
  public static final boolean DELETE_ONLY_IN_WINDOWS = true;
  public static final String PLACEMENT = "LeastLoaded";
  public static final String DEMOTION_STRATEGY = "Freeze";
  public static final String QUIET_FOR = "30s";
  public static final String MAX_WAIT = "24h";
  public static final String WHEN_BUSY = "GiveUp";
  public static final String FENCE_TIMEOUT = "30s";
  public static final boolean SNAPSHOT_FIRST = false;
  public static final boolean SNAPSHOT_BEFORE_DEMOTION = false;
  public static final boolean SNAPSHOT_BEFORE_CLEANUP = false;
  public static final String SNAPSHOT_KEEP_FOR = "168h";
  public static final String WEIGHT = "1.0";

  private PolicyDefaults() {}
}
