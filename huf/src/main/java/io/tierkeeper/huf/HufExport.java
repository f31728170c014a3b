package io.tierkeeper.huf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a composition as the files that the framework's own tools read. */
public final class HufExport {
  private static final String NO_ERROR_METRIC =
      "No error metric callback provided (empirical error is domain-specific).";

  private HufExport() {}

  /**
   * Writes the four artifacts, the stability packet and the run stamp; existing files of these names are replaced.
   *
   * @param directory where; created if missing
   * @param items the composition
   * @param config frame and threshold
   * @param taus the thresholds of the stability packet, at least three, the first being its baseline
   * @param stamp what identifies the export
   * @return the cycle that was written
   * @throws IllegalArgumentException if the items cannot be normalised or nothing is kept
   */
  public static HufCycle write(
      Path directory, List<HufItem> items, HufConfig config, List<Double> taus, RunStamp stamp)
      throws IOException {
    HufCycle cycle = HufCycle.run(items, config);
    StabilityPacket stability = StabilityPacket.of(items, config, taus);
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("artifact_1_coherence_map.csv"), coherenceMap(cycle));
    Files.writeString(directory.resolve("artifact_2_active_set.csv"), activeSet(cycle));
    Files.writeString(directory.resolve("artifact_3_trace_report.jsonl"), traceReport(cycle));
    Files.writeString(directory.resolve("artifact_4_error_budget.json"), errorBudget(cycle));
    Files.writeString(directory.resolve("stability_packet.csv"), stability(stability));
    Files.writeString(directory.resolve("run_stamp.json"), stamp(stamp));
    return cycle;
  }

  private static String coherenceMap(HufCycle cycle) {
    StringBuilder out =
        new StringBuilder("regime_id,rho_global_pre,rho_global_post,rho_discarded_pre,"
            + "local_unity_post,local_unity_ok_post,global_discarded_budget\n");
    for (HufCycle.RegimeRow row : cycle.coherenceMap()) {
      line(
          out,
          PythonText.csv(row.regimeId()),
          PythonText.repr(row.rhoGlobalPre()),
          PythonText.repr(row.rhoGlobalPost()),
          PythonText.repr(row.rhoDiscardedPre()),
          PythonText.repr(row.localUnityPost()),
          PythonText.bool(row.localUnityOk()),
          PythonText.repr(cycle.discardedBudgetGlobal()));
    }
    return out.toString();
  }

  private static String activeSet(HufCycle cycle) {
    StringBuilder out = new StringBuilder("rank,item_id,regime_id,rho_global_post,rho_global_pre,"
        + "rho_local_pre,rho_local_post,value,tau,exclusion\n");
    int rank = 1;
    for (HufCycle.ActiveItem row : cycle.activeSet()) {
      line(
          out,
          Integer.toString(rank++),
          PythonText.csv(row.item().itemId()),
          PythonText.csv(row.item().regimeId()),
          PythonText.repr(row.rhoGlobalPost()),
          PythonText.repr(row.rhoGlobalPre()),
          PythonText.repr(row.rhoLocalPre()),
          PythonText.repr(row.rhoLocalPost()),
          PythonText.repr(row.item().value()),
          PythonText.repr(cycle.config().tau()),
          cycle.config().exclusion().word());
    }
    return out.toString();
  }

  private static String traceReport(HufCycle cycle) {
    StringBuilder out = new StringBuilder();
    for (HufCycle.ActiveItem row : cycle.activeSet()) {
      HufItem item = row.item();
      out.append("{\"item_id\": ").append(PythonText.json(item.itemId()));
      out.append(", \"regime_path\": [")
          .append(item.path().stream().map(PythonText::json).collect(Collectors.joining(", ")))
          .append(']');
      out.append(", \"rho_global_post\": ").append(PythonText.repr(row.rhoGlobalPost()));
      out.append(", \"inputs_ref\": ").append(PythonText.json(item.inputsRef()));
      out.append(", \"method_ref\": ").append(PythonText.json(item.methodRef()));
      out.append(", \"discarded_budget_global\": ")
          .append(PythonText.repr(cycle.discardedBudgetGlobal()));
      out.append("}\n");
    }
    return out.toString();
  }

  private static String errorBudget(HufCycle cycle) {
    String budgetType = PythonText.json(cycle.config().budgetType());
    return "{\n  \"budget_type\": " + budgetType
        + ",\n  \"discarded_budget_global\": " + PythonText.repr(cycle.discardedBudgetGlobal())
        + ",\n  \"frame\": " + budgetType
        + ",\n  \"measured_error\": null"
        + ",\n  \"measured_error_note\": " + PythonText.json(NO_ERROR_METRIC)
        + "\n}";
  }

  private static String stability(StabilityPacket packet) {
    StringBuilder out =
        new StringBuilder("tau,active_count,discarded_budget_global,jaccard_vs_baseline,"
            + "spearman_regime_rho_vs_baseline,near_threshold_count,invalid\n");
    for (StabilityPacket.Row row : packet.rows()) {
      line(
          out,
          PythonText.repr(row.tau()),
          Integer.toString(row.activeCount()),
          PythonText.repr(row.discardedBudgetGlobal()),
          PythonText.repr(row.jaccard()),
          PythonText.repr(row.spearman()),
          Integer.toString(row.nearThreshold()),
          PythonText.bool(row.invalid()));
    }
    return out.toString();
  }

  private static String stamp(RunStamp stamp) {
    return "{\n  \"dataset_id\": " + PythonText.json(stamp.datasetId())
        + ",\n  \"code_hash\": " + PythonText.json(stamp.codeHash())
        + ",\n  \"param_hash\": " + PythonText.json(stamp.paramHash())
        + ",\n  \"created_utc\": " + PythonText.json(stamp.createdUtc())
        + ",\n  \"run_id\": " + PythonText.json(stamp.runId())
        + "\n}";
  }

  private static void line(StringBuilder out, String... fields) {
    out.append(String.join(",", fields)).append('\n');
  }
}
