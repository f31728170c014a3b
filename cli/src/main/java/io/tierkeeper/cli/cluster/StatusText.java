package io.tierkeeper.cli.cluster;

import io.tierkeeper.cli.Table;
import io.tierkeeper.launcher.CommandName;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Prints a {@link StatusReport} as a tree, with a sentence for each line that is not at rest. */
final class StatusText {

  private final PrintWriter out;
  private final boolean namespaces;
  private final boolean wide;

  /**
   * @param namespaces whether the first column has the namespace
   * @param wide whether there are more columns
   */
  StatusText(PrintWriter out, boolean namespaces, boolean wide) {
    this.out = out;
    this.namespaces = namespaces;
    this.wide = wide;
  }

  void print(StatusReport report) {
    Table table = new Table(
        cells("NAMESPACE", "NAME", "STATE", "TIER/PHASE", "READY", "SHARE", "POINTS", "ADVICE"));
    List<String> remarks = new ArrayList<>();
    for (StatusReport.OfCollection collection : report.collections()) {
      collection(table, remarks, collection);
    }
    table.print(out, "");
    if (!remarks.isEmpty()) {
      out.println();
      remarks.forEach(out::println);
    }
  }

  private void collection(Table table, List<String> remarks, StatusReport.OfCollection collection) {
    String namespace = collection.namespace();
    table.row(cells(
        namespace,
        "TieredCollection/" + collection.name(),
        collection.state(),
        text(collection.mode()),
        collection.ready(),
        "",
        Reading.count(collection.fallbackPoints()),
        ""));
    if (!collection.ready().equals("True") || collection.message().startsWith("Paused")) {
      remark(remarks, "TieredCollection/" + collection.name(), collection.message());
    }
    int left = collection.tenantTiers().size() + (collection.atRest() > 0 ? 1 : 0);
    for (StatusReport.OfTenant tenant : collection.tenantTiers()) {
      boolean last = --left == 0;
      tenant(table, remarks, namespace, tenant, last);
    }
    if (collection.atRest() > 0) {
      table.row(cells(
          namespace,
          "└─ " + collection.atRest() + " more at rest (--limit shows more)",
          TieringState.SETTLED.label(),
          "",
          "",
          "",
          "",
          ""));
    }
  }

  private void tenant(
      Table table,
      List<String> remarks,
      String namespace,
      StatusReport.OfTenant tenant,
      boolean last) {
    table.row(cells(
        namespace,
        (last ? "└─ " : "├─ ") + "TenantTier/" + tenant.name(),
        tenant.state(),
        tenant.tier()
            + (tenant.pin() == null || tenant.pin().equals("Auto")
                ? ""
                : " (pinned " + tenant.pin() + ")"),
        tenant.ready(),
        Reading.share(tenant.share()),
        Reading.count(tenant.points()),
        tenant.advice()));
    if (tenant.moves().isEmpty()
        && (!tenant.ready().equals("True") || !tenant.advice().equals("Hold"))) {
      remark(remarks, "TenantTier/" + tenant.name(), tenant.message());
    }
    int left = tenant.moves().size();
    for (StatusReport.OfMove move : tenant.moves()) {
      table.row(cells(
          namespace,
          (last ? "   " : "│  ") + (--left == 0 ? "└─ " : "├─ ") + "TierMove/" + move.name(),
          move.state(),
          move.phase() + progress(move),
          "",
          "",
          "",
          move.direction()));
      remark(remarks, "TierMove/" + move.name(), sentence(move, tenant.tenant()));
    }
  }

  private static String progress(StatusReport.OfMove move) {
    return move.percent() == null
        ? ""
        : " " + move.percent() + "%"
            + (move.etaSeconds() == null
                ? ""
                : ", " + Reading.seconds(move.etaSeconds()) + " left");
  }

  private String sentence(StatusReport.OfMove move, String tenant) {
    if (move.phase().equals("AwaitingApproval")) {
      // The status has a command for kubectl alone; whoever reads this has a shorter one.
      String until = move.message().startsWith("Approval required before ")
          ? move.message().replaceFirst("\\. Approve with: .*", ".")
          : "Approval required.";
      return until + " See the plan with: " + CommandName.of("plan " + quoted(tenant))
          + "; approve with: " + CommandName.of("approve " + move.name());
    }
    return move.message();
  }

  /** As a shell reads it. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9._@%+=:,/-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private void remark(List<String> remarks, String name, String message) {
    if (!message.isBlank()) {
      remarks.add(name + ": " + message);
    }
  }

  private String[] cells(String namespace, String... rest) {
    List<String> cells = new ArrayList<>();
    if (namespaces) {
      cells.add(namespace);
    }
    cells.addAll(List.of(rest));
    if (!wide) {
      // ADVICE repeats what the moves and remarks say.
      cells.removeLast();
    }
    return cells.toArray(String[]::new);
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNullElse(value, "-");
  }
}
