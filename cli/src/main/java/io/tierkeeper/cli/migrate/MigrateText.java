package io.tierkeeper.cli.migrate;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.migrate.MigrationPlan;
import io.tierkeeper.migrate.MigrationSpec;
import io.tierkeeper.migrate.MigrationStatus;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints what a migration would do, how far it is, and what to do next. */
record MigrateText(MigrationSpec spec, OutputOption output, PrintWriter out) {
  private static final long MEGABYTE = 1_000_000;

  /** Collections that are listed one by one, at most. */
  private static final int LISTED = 10;

  void plan(MigrationPlan plan) throws JsonProcessingException {
    if (output.structured()) {
      output.print(out, plan);
      return;
    }
    out.println("would copy about " + points(plan.points())
        + (plan.vectorBytes() < 0
            ? ""
            : String.format(
                Locale.ROOT, " (%,d MB of vectors)", Math.ceilDiv(plan.vectorBytes(), MEGABYTE)))
        + " into " + plan.target()
        + (plan.createsTarget() ? ", which is created" : ", which exists"));
    plan.sourceCollections().stream()
        .limit(LISTED)
        .forEach(each ->
            out.println("  " + each.name() + "  " + points(each.points()) + ", " + each.layout()));
    if (plan.sourceCollections().size() > LISTED) {
      out.println(
          "  and " + number(plan.sourceCollections().size() - LISTED) + " more collections");
    }
    plan.indexes().forEach(index -> out.println("index: " + index));
    plan.warnings().forEach(warning -> out.println("warning: " + warning));
  }

  void status(MigrationStatus status) throws JsonProcessingException {
    if (output.structured()) {
      output.print(out, status);
      return;
    }
    out.println(
        "state: " + status.state() + (status.alias() == null ? "" : ", alias " + status.alias()));
    next(status);
  }

  void done(MigrationStatus status) throws JsonProcessingException {
    if (output.structured()) {
      output.print(out, status);
      return;
    }
    if (status.passes() > 0) {
      out.println(points(status.points()) + " compared in "
          + (status.passes() == 1 ? "1 pass" : status.passes() + " passes") + ": "
          + number(status.written()) + " written, " + number(status.deleted()) + " deleted; "
          + (status.equal()
              ? "the last pass found both sides equal"
              : "the source changed during the last pass"));
    }
    if (status.foreign() > 0) {
      out.println(points(status.foreign()) + " of " + spec.target()
          + " were written by other clients and left alone");
    }
    out.println(
        "state: " + status.state() + (status.alias() == null ? "" : ", alias " + status.alias()));
    next(status);
  }

  private void next(MigrationStatus status) {
    String command = CommandName.of("migrate");
    out.println(
        switch (status.state()) {
          case "NOT_BEGUN" -> "next: " + command + " without an action copies the points";
          case "COPYING" ->
            "next: pause all writers, then repeat the command with --switch ALIAS; the pause takes at least three passes over all points";
          case "SWITCHING" -> "next: repeat the command with --switch " + status.alias();
          case "SWITCHED" ->
            "next: let writers continue with alias " + status.alias()
                + " and shard keys {target: tenant, fallback: " + spec.fallback()
                + "}; --finish deletes " + spec.source() + ", --back returns to it";
          case "RETURNING" -> "next: repeat the command with --back";
          case "FINISHING" -> "next: repeat the command with --finish";
          default -> "next: govern " + spec.target() + " by a TieredCollection";
        });
  }

  private static String points(long count) {
    return number(count) + (count == 1 ? " point" : " points");
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
