package io.tierkeeper.examples.embedding;

import io.tierkeeper.examples.embedding.Database.Tx;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A change of model without an outage. While the target is not what searches use, new content gets the vectors of both, a backfill job
 * adds the target's to each asset that lacks them, and searches switch when none does. The way back is the same with the names
 * exchanged. Each step looks at the state of the database, so it continues after a crash and with several replicas.
 */
final class ModelChange {

  /** Assets with points, without vectors of the target. Parameters: the target. */
  private static final String LACKING =
      " FROM asset a WHERE a.source = 'embed' AND a.stored_job IS NOT NULL AND a.models NOT LIKE ?";

  private static final String TO_ENQUEUE = "SELECT a.id, a.stored_job" + LACKING + """
       AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.asset_id = a.id)
       AND NOT EXISTS (SELECT 1 FROM job j WHERE j.asset_id = a.id
         AND j.kind = 'Backfill' AND j.state = 'Failed' AND j.models LIKE ?)
      LIMIT 100 FOR UPDATE SKIP LOCKED""";

  private static final String INSERT = """
      INSERT INTO job (id, asset_id, kind, text, segments)
      SELECT CAST(? AS UUID), asset_id, 'Backfill', text, segments FROM job WHERE id = ?""";

  /**
   * The models in use.
   *
   * @param serving what searches use
   * @param target what they are to use; the same when no change is under way
   */
  record Current(String serving, String target) {

    /** The models whose vectors a job writes. */
    Set<String> of(Kind kind) {
      return switch (kind) {
        case MOCK -> Set.of(Models.MOCK);
        case BACKFILL -> Set.of(target);
        case EMBED ->
          serving.equals(target) ? Set.of(serving) : new TreeSet<>(Set.of(serving, target));
      };
    }
  }

  /**
   * What a step has done.
   *
   * @param enqueued backfill jobs
   * @param switched whether searches use the target from now on
   */
  record Step(int enqueued, boolean switched) {}

  private final Database database;
  private final Failpoint failpoint;

  ModelChange(Database database, Failpoint failpoint) {
    this.database = database;
    this.failpoint = failpoint;
  }

  /**
   * Sets the target. The first one ever is also what searches use. Where replicas differ, the last that has started wins.
   *
   * @param known models of this process
   * @throws Variables.InvalidSetting if what searches use is not known
   */
  void target(String model, Set<String> known) throws SQLException {
    database.transaction(tx -> {
      tx.update(
          "INSERT INTO model (serving, target) VALUES (?, ?) ON CONFLICT DO NOTHING", model, model);
      String serving = current(tx).serving();
      if (!known.contains(serving)) {
        throw new Variables.InvalidSetting("EMBEDDING_MODELS lacks " + serving
            + ", which searches use until each asset has vectors of " + model);
      }
      return tx.update("UPDATE model SET target = ?", model);
    });
  }

  /** The models in use. */
  Current current() throws SQLException {
    return database.transaction(ModelChange::current);
  }

  static Current current(Tx tx) throws SQLException {
    return tx.one(
        "SELECT serving, target FROM model",
        row -> new Current(row.getString(1), row.getString(2)));
  }

  /** The number of assets that lack vectors of the target. */
  static long assetsWithoutTarget(Tx tx) throws SQLException {
    return tx.one(
        "SELECT COUNT(*)" + LACKING, row -> row.getLong(1), like(current(tx).target()));
  }

  /** Enqueues up to 100 backfill jobs, and lets searches switch if none is needed. A failed one is not repeated, and holds the switch. */
  Step step() throws SQLException {
    record Asset(long id, UUID storedJob) {}
    Step step = database.transaction(tx -> {
      String target = current(tx).target();
      List<Asset> assets = tx.list(
          TO_ENQUEUE,
          row -> new Asset(row.getLong(1), row.getObject(2, UUID.class)),
          like(target),
          like(target));
      for (Asset asset : assets) {
        UUID job = UUID.randomUUID();
        tx.update(INSERT, job, asset.storedJob());
        JobStore.enqueue(tx, job, asset.id());
      }
      failpoint.reached("change.enqueued");
      return new Step(assets.size(), switched(tx, target));
    });
    failpoint.reached("change.committed");
    return step;
  }

  private static boolean switched(Tx tx, String target) throws SQLException {
    // A job whose attempt began before the change would leave an asset that searches by the target
    // do
    // not find.
    long begunBefore = tx.one(
        "SELECT COUNT(*) FROM job WHERE kind = 'Embed' AND state = 'Processing' AND models NOT LIKE ?",
        row -> row.getLong(1),
        like(target));
    return begunBefore + assetsWithoutTarget(tx) == 0
        && tx.update(
                "UPDATE model SET serving = target WHERE target = ? AND serving <> target", target)
            == 1;
  }

  private static String like(String model) {
    return "%," + model + ",%";
  }
}
