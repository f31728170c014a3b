package io.tierkeeper.lab.demo;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.moves.MovePhase;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Approves the moves of one tenant, waits for them, and prints each change of the tenant and of its moves. */
final class MoveWatch {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private final KubernetesClient client;
  private final String tenant;
  private final Narrator narrator;
  private final Set<String> ended = new HashSet<>();
  private String lastTenantLine = "";
  private String lastMoveLine = "";

  MoveWatch(KubernetesClient client, String tenant, Narrator narrator) {
    this.client = client;
    this.tenant = tenant;
    this.narrator = narrator;
  }

  /**
   * Waits for a plan, approves it, and waits until the move has succeeded and the tenant is in its new tier.
   *
   * @param direction of the TierMove
   * @param tier of the TenantTier after the move
   * @throws DemoFailure when this does not happen
   */
  void approveAndAwait(String direction, String tier) throws DemoFailure {
    TierMove planned = awaitMove(
        "a plan to " + direction.toLowerCase(Locale.ROOT) + " " + tenant,
        move -> direction.equals(String.valueOf(move.getSpec().direction()))
            && "AwaitingApproval".equals(phase(move)));
    String name = planned.getMetadata().getName();
    narrator.event("plan", name + " " + planned.getSpec().planHash());
    narrator.event("approval", "approves this plan (spec.approved: true)");
    client
        .resource(planned)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"approved\":true}}");
    TierMove end = awaitMove(
        "the end of " + name,
        move -> move.getMetadata().getName().equals(name)
            && MovePhase.named(phase(move)).filter(MovePhase::ended).isPresent());
    if (!"Succeeded".equals(phase(end))) {
      throw new DemoFailure(name + " ended " + phase(end) + ": "
          + Optional.ofNullable(end.getStatus()).map(TierMoveStatus::message).orElse(""));
    }
    await(
        tenant + " in tier " + tier,
        () -> printTenant().filter(status -> tier.equals(status.tier())).isPresent());
  }

  private TierMove awaitMove(String what, Predicate<TierMove> wanted) throws DemoFailure {
    TierMove[] found = new TierMove[1];
    await(what, () -> {
      printTenant();
      for (TierMove move :
          client.resources(TierMove.class).inNamespace(Demo.NAMESPACE).list().getItems()) {
        printMove(move);
        if (wanted.test(move)) {
          found[0] = move;
          return true;
        }
      }
      return false;
    });
    return found[0];
  }

  private void await(String what, BooleanSupplier done) throws DemoFailure {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new DemoFailure("timed out after " + TIMEOUT.toSeconds() + " s waiting for " + what
            + "; last seen: " + lastTenantLine + "; " + lastMoveLine);
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
  }

  private Optional<TenantTierStatus> printTenant() {
    Optional<TenantTierStatus> status =
        client.resources(TenantTier.class).inNamespace(Demo.NAMESPACE).list().getItems().stream()
            .filter(tier -> tenant.equals(tier.getSpec().tenant()))
            .map(TenantTier::getStatus)
            .filter(Objects::nonNull)
            .findFirst();
    status.filter(found -> found.dampedMass() != null).map(this::tenantLine).ifPresent(line -> {
      if (!line.equals(lastTenantLine)) {
        lastTenantLine = line;
        narrator.event("tenant", line);
      }
    });
    return status;
  }

  private String tenantLine(TenantTierStatus status) {
    TenantTierStatus.Advice advice = status.advice();
    return String.format(
        Locale.ROOT,
        "%s %-9s %,7d points, observed %s, damped %s, alpha* %s%s",
        tenant,
        status.tier(),
        Objects.requireNonNullElse(status.points(), 0L),
        status.observedMass(),
        status.dampedMass(),
        status.alphaStar(),
        advice == null ? "" : ", advice " + advice.action() + " (" + advice.reason() + ")");
  }

  private void printMove(TierMove move) {
    TierMoveStatus status = move.getStatus();
    String name = move.getMetadata().getName();
    if (status == null || ("Succeeded".equals(status.phase()) && lastMoveLine.isEmpty())) {
      return;
    }
    String line = name + " " + status.phase() + stepText(status.step())
        + progressText(status.progress())
        + (status.message() == null ? "" : ": " + status.message());
    if (!line.equals(lastMoveLine) && !ended.contains(name)) {
      lastMoveLine = line;
      narrator.event("move", line);
      if (MovePhase.named(status.phase()).filter(MovePhase::ended).isPresent()) {
        ended.add(name);
      }
    }
  }

  private static String stepText(TierMoveStatus.@Nullable Step step) {
    return step == null || step.name() == null
        ? ""
        : ", step " + step.index() + " of " + step.of() + " " + step.name();
  }

  private static String progressText(TierMoveStatus.@Nullable Progress progress) {
    if (progress == null || progress.percent() == null) {
      return "";
    }
    return ", " + progress.percent() + " %"
        + (progress.etaSeconds() == null ? "" : ", " + progress.etaSeconds() + " s to go");
  }

  private static String phase(TierMove move) {
    return move.getStatus() == null
        ? "Pending"
        : String.valueOf(move.getStatus().phase());
  }
}
