package io.tierkeeper.cli.load;

import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.load.LoadReport;
import io.tierkeeper.load.LoadReport.End;
import io.tierkeeper.load.LoadSettings;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Prints what a load did. */
record LoadText(LoadSettings settings, String collection, LoadReport report) {

  /** The summary for people. */
  void print(PrintWriter out) {
    out.println((settings.dryRun() ? "dry run: would load " : "loaded ") + points(report.written())
        + " of " + number(report.tenantCount())
        + (report.tenantCount() == 1 ? " tenant" : " tenants")
        + " into " + collection + rate());
    if (report.resumed() > 0) {
      out.println("resumed: " + rows(report.resumed()) + " done by earlier runs");
    }
    if (report.retries() > 0) {
      out.println(
          "repeated " + number(report.retries()) + " writes that Qdrant did not accept at once");
    }
    if (report.missing() == 0) {
      out.println("checked: all ids exist"
          + (report.rewritten() > 0 ? ", " + points(report.rewritten()) + " written again" : ""));
    }
    if (report.tenantCount() > 0) {
      report.tenants().forEach((tenant, count) -> {
        out.println("  " + printable(tenant) + "  " + number(count));
      });
      if (report.tenantCount() > report.tenants().size()) {
        out.println(
            "  and " + number(report.tenantCount() - report.tenants().size()) + " smaller tenants");
      }
    }
  }

  private String rate() {
    if (settings.dryRun() || report.written() == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        " in %.1f s (%,.0f points/s; a write took %.0f ms, p95 %.0f ms)",
        report.seconds(),
        report.rate(),
        report.latency().p50(),
        report.latency().p95());
  }

  /** The one line for standard error, if the load is not a success. */
  Optional<String> problem() {
    String resume = settings.journal() == null
        ? ""
        : "; " + CommandName.of("load") + " with the same options resumes it";
    String line = switch (report.end()) {
      case End.Stopped stopped ->
        settings.source().name() + " " + stopped.row().getMessage() + resume
            + ", --on-error skip continues without such rows";
      case End.Interrupted interrupted ->
        "interrupted after " + rows(report.resumed() + report.written()) + resume;
      case End.Failed failed -> "the load stopped: " + failed.message() + resume;
      case End.Complete complete -> incomplete(resume);
    };
    return Optional.ofNullable(line);
  }

  private @Nullable String incomplete(String resume) {
    if (report.missing() > 0) {
      return points(report.missing())
          + " were acknowledged by Qdrant and are not found, although written again" + resume;
    }
    return report.rejected() > 0
        ? rows(report.rejected()) + " rejected; their numbers and reasons are in "
            + settings.rejects()
        : null;
  }

  /** The result for programs. */
  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("collection", collection);
    json.put("file", settings.source().name());
    json.put("result", report.end().getClass().getSimpleName());
    json.put("dryRun", settings.dryRun());
    json.put("rows", report.rows());
    json.put("resumed", report.resumed());
    json.put("written", report.written());
    json.put("rejected", report.rejected());
    json.put("rejects", report.rejected() > 0 ? settings.rejects().toString() : null);
    json.put("missing", report.missing() < 0 ? null : report.missing());
    json.put("rewritten", report.rewritten());
    json.put("retries", report.retries());
    json.put("seconds", rounded(report.seconds()));
    json.put("pointsPerSecond", rounded(report.rate()));
    Map<String, @Nullable Object> latency = new LinkedHashMap<>();
    latency.put("p50", rounded(report.latency().p50()));
    latency.put("p95", rounded(report.latency().p95()));
    json.put("writeMillis", latency);
    json.put("tenantCount", report.tenantCount());
    json.put("tenants", report.tenants());
    json.put("problem", problem().orElse(null));
    return json;
  }

  private static @Nullable Double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : null;
  }

  private static String printable(String tenant) {
    return tenant.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
  }

  private static String points(long count) {
    return number(count) + (count == 1 ? " point" : " points");
  }

  private static String rows(long count) {
    return number(count) + (count == 1 ? " row" : " rows");
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
