package io.tierkeeper.governance.decision;

import io.tierkeeper.governance.TierState;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Inputs and expectations of the tests of decisions: a tenant that would be promoted or demoted, to change one thing of. */
final class DecisionCases {
  static final Instant NOW = Instant.parse("2026-11-21T00:48:00Z");
  static final Direction PROMOTE = Direction.PROMOTE;
  static final Direction DEMOTE = Direction.DEMOTE;

  private DecisionCases() {}

  /** A case: the input, the decision's class, reason and advice, and gates that must be among the answers. */
  record Case(
      String name,
      DecisionInput input,
      Class<? extends Decision> type,
      DecisionReason reason,
      @Nullable Direction advised,
      List<Gate> gates) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Case promotes(String name, InputBuilder input, DecisionReason reason, Gate... gates) {
    return new Case(name, input.build(), Promote.class, reason, PROMOTE, List.of(gates));
  }

  static Case demotes(String name, InputBuilder input, DecisionReason reason, Gate... gates) {
    return new Case(name, input.build(), Demote.class, reason, DEMOTE, List.of(gates));
  }

  static Case holds(
      String name,
      InputBuilder input,
      DecisionReason reason,
      @Nullable Direction advised,
      Gate... gates) {
    return new Case(name, input.build(), Hold.class, reason, advised, List.of(gates));
  }

  static Gate plain(String name, String current, String required, boolean met) {
    return new Gate(name, current, required, met, null, null, null);
  }

  static Gate timed(
      String name, String current, String required, boolean met, @Nullable Instant earliest) {
    return new Gate(name, current, required, met, earliest, null, null);
  }

  static Gate numbers(
      String name,
      String current,
      String required,
      boolean met,
      double currentValue,
      double requiredValue) {
    return new Gate(name, current, required, met, null, currentValue, requiredValue);
  }

  static Gate flaps(int moves, Instant opens) {
    return new Gate(
        "FlapBudget", moves + " moves in 168h", "< 2", false, opens, (double) moves, 2.0);
  }

  static Instant minutesAgo(int minutes) {
    return NOW.minus(Duration.ofMinutes(minutes));
  }

  static InputBuilder big() {
    return new InputBuilder(TierState.FALLBACK, .17102, minutesAgo(60));
  }

  static InputBuilder small() {
    return new InputBuilder(TierState.DEDICATED, .03, NOW.minus(Duration.ofHours(30)));
  }

  /** A tenant that nothing holds, and what a case changes about it. */
  static final class InputBuilder {
    private TierState tier;
    private double mass;
    private @Nullable Instant since;
    private long points = 151_022;
    private Mode mode = Mode.AUTO;
    private Thresholds promote = DecisionPolicy.defaults().promote();
    private Thresholds demote = DecisionPolicy.defaults().demote();
    private boolean never;
    private Pin pin = Pin.AUTO;
    private @Nullable Instant measured = NOW;
    private int samples = 3;
    private @Nullable LastMove last;
    private List<Instant> moves = List.of();
    private int dedicated = 17;
    private int active;
    private List<ActivePause> pauses = List.of();
    private WindowState window = WindowState.always();
    private @Nullable String waitingFor;

    InputBuilder(TierState tier, double mass, Instant since) {
      this.tier = tier;
      this.mass = mass;
      this.since = since;
    }

    InputBuilder tier(TierState value) {
      tier = value;
      return this;
    }

    InputBuilder mass(double value) {
      mass = value;
      return this;
    }

    InputBuilder since(@Nullable Instant value) {
      since = value;
      return this;
    }

    InputBuilder points(long value) {
      points = value;
      return this;
    }

    InputBuilder mode(Mode value) {
      mode = value;
      return this;
    }

    InputBuilder promote(Thresholds value) {
      promote = value;
      return this;
    }

    InputBuilder demote(Thresholds value) {
      demote = value;
      return this;
    }

    InputBuilder never() {
      never = true;
      return this;
    }

    InputBuilder pin(Pin value) {
      pin = value;
      return this;
    }

    InputBuilder measured(@Nullable Instant value) {
      measured = value;
      return this;
    }

    InputBuilder samples(int value) {
      samples = value;
      return this;
    }

    InputBuilder last(LastMove value) {
      last = value;
      return this;
    }

    InputBuilder moves(Instant... values) {
      moves = Arrays.asList(values);
      return this;
    }

    InputBuilder dedicated(int value) {
      dedicated = value;
      return this;
    }

    InputBuilder active(int value) {
      active = value;
      return this;
    }

    InputBuilder pauses(ActivePause... values) {
      pauses = Arrays.asList(values);
      return this;
    }

    InputBuilder window(WindowState value) {
      window = value;
      return this;
    }

    InputBuilder waitingFor(String value) {
      waitingFor = value;
      return this;
    }

    DecisionInput build() {
      DecisionPolicy policy = DecisionPolicy.defaults()
          .with(given -> given.mode(mode).promote(promote).demote(demote).demotionNever(never));
      return new DecisionInput(
          "acme",
          tier,
          policy,
          pin,
          NOW,
          new DecisionInput.Measured(mass, points, measured, samples, since, null, null),
          new MoveHistory(last, moves),
          new DecisionInput.Circumstances(dedicated, active, pauses, window, waitingFor));
    }
  }
}
