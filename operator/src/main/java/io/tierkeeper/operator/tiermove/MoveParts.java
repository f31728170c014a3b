package io.tierkeeper.operator.tiermove;

import io.tierkeeper.operator.move.MoveStepper;

/** What the reconciliation of a TierMove consists of, in the order of its use. */
public record MoveParts(
    MoveCaseReader cases,
    TierMovePorts.Factory ports,
    MoveStepper stepper,
    MoveRecorder recorder,
    MoveFinalizer finalizer,
    FinishedMoves finished) {}
