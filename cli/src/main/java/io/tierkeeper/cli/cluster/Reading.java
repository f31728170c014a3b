package io.tierkeeper.cli.cluster;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.moves.MovePhase;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what verbs print from resources that may lack any field. */
final class Reading {

  private static final Set<MovePhase> WAITING =
      EnumSet.of(MovePhase.PENDING, MovePhase.AWAITING_APPROVAL, MovePhase.AWAITING_WINDOW);
  private static final double KIBI = 1024;

  private Reading() {}

  /** The condition of a type; empty where there is none. */
  static Optional<Condition> condition(@Nullable List<Condition> conditions, String type) {
    return Objects.requireNonNullElse(conditions, List.<Condition>of()).stream()
        .filter(condition -> type.equals(condition.getType()))
        .findFirst();
  }

  /** Whether a condition is True. */
  static boolean isTrue(@Nullable List<Condition> conditions, String type) {
    return condition(conditions, type)
        .filter(condition -> "True".equals(condition.getStatus()))
        .isPresent();
  }

  /** {@code True}, {@code False} or {@code Unknown}. */
  static String ready(@Nullable List<Condition> conditions) {
    return condition(conditions, ConditionTypes.READY).map(Condition::getStatus).orElse("Unknown");
  }

  /** The message of condition Ready; empty where there is none. */
  static String readyMessage(@Nullable List<Condition> conditions) {
    return condition(conditions, ConditionTypes.READY)
        .map(Condition::getMessage)
        .orElse("");
  }

  /** Whether the status describes an earlier generation of the spec. */
  static boolean outdated(HasMetadata resource, @Nullable Long observed) {
    Long generation = resource.getMetadata().getGeneration();
    return generation != null && observed != null && observed < generation;
  }

  static String phase(TierMove move) {
    TierMoveStatus status = move.getStatus();
    return status == null || status.phase() == null ? MovePhase.PENDING.apiName() : status.phase();
  }

  /** Whether the move is over. */
  static boolean ended(TierMove move) {
    return MovePhase.named(phase(move)).filter(MovePhase::ended).isPresent();
  }

  /** Whether the move has changed nothing in Qdrant yet. */
  static boolean notBegun(TierMove move) {
    return MovePhase.named(phase(move)).filter(WAITING::contains).isPresent()
        && (move.getStatus() == null || move.getStatus().startedAt() == null);
  }

  static String tenant(TierMoveSpec spec) {
    return spec.tenant() == null ? String.valueOf(spec.tenantInteger()) : spec.tenant();
  }

  static String tenant(TenantTierSpec spec) {
    return spec.tenant() == null ? String.valueOf(spec.tenantInteger()) : spec.tenant();
  }

  /** The name of a reference; empty where it is missing. */
  static String name(@Nullable LocalReference reference) {
    return reference == null ? "" : Objects.requireNonNullElse(reference.name(), "");
  }

  /** A number of points with separators; a dash where it is unknown. */
  static String count(@Nullable Long number) {
    return number == null ? "-" : String.format(Locale.ROOT, "%,d", number);
  }

  /** A decimal of the API, with four digits after the point; a dash where it is unknown. */
  static String share(@Nullable String decimal) {
    if (decimal == null) {
      return "-";
    }
    try {
      return String.format(Locale.ROOT, "%.4f", Double.parseDouble(decimal));
    } catch (NumberFormatException e) {
      return decimal;
    }
  }

  /** A number of bytes; a dash where it is unknown. */
  static String bytes(@Nullable Long number) {
    if (number == null) {
      return "-";
    }
    double left = number;
    for (String unit : List.of("B", "KiB", "MiB", "GiB")) {
      if (left < KIBI) {
        return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", left, unit);
      }
      left /= KIBI;
    }
    return String.format(Locale.ROOT, "%.1f TiB", left);
  }

  static String seconds(@Nullable Long seconds) {
    return seconds == null ? "-" : DurationText.format(Duration.ofSeconds(seconds));
  }

  /** {@code 2026-11-22T01:00:00Z (in 3h)}. */
  static String at(String time, Instant now) {
    return TimeText.read(time)
        .map(instant -> {
          Duration left = Duration.between(now, instant);
          return time
              + (left.isNegative()
                  ? " (" + coarse(left.negated()) + " ago)"
                  : " (in " + coarse(left) + ")");
        })
        .orElse(time);
  }

  /** The two largest units of a duration. */
  static String coarse(Duration duration) {
    if (duration.toDays() > 2) {
      return duration.toDays() + "d";
    }
    Duration rounded = duration.toHours() > 0 ? Duration.ofMinutes(duration.toMinutes()) : duration;
    return DurationText.format(rounded);
  }
}
