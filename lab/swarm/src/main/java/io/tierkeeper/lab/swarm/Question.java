package io.tierkeeper.lab.swarm;

import org.jspecify.annotations.Nullable;

/**
 * What an agent asks for.
 *
 * @param problem to find packets about
 * @param tag that they must have; null for any
 * @param leastConfidence that they must have, 0 to 1
 * @param leastLikeness that they must have, -1 to 1
 * @param most how many
 */
public record Question(
    String problem, @Nullable String tag, double leastConfidence, double leastLikeness, int most) {}
