package io.tierkeeper.lab.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generates the problems of agents: a few kinds for each group, each described with random words of its own vocabulary.
 * Two descriptions of a kind share most words; descriptions of different kinds share almost none.
 */
final class ProblemDomain {

  /** Number of kinds of problems of one group. */
  static final int KINDS = 3;

  private static final int VOCABULARY = 10;
  private static final int DESCRIPTION_WORDS = 7;
  private static final int MAX_SUMMARY_WORDS = 12;
  private static final String[] ONSETS = {
    "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "k", "l", "m", "n", "p", "pl", "qu",
    "r", "s", "sh", "st", "t", "tr", "v", "w", "z"
  };
  private static final String[] RIMES = {
    "al", "an", "ar", "el", "en", "er", "id", "il", "in", "on", "or", "os", "ul", "um", "ut", "ax"
  };

  private final long seed;

  ProblemDomain(long seed) {
    this.seed = seed;
  }

  /** A problem and its kind, 0 to {@value #KINDS} - 1. */
  record Problem(int kind, String text) {}

  /** Generates the next problem of an agent. */
  Problem next(int group, SplittableRandom random) {
    return of(group, random.nextInt(KINDS), random);
  }

  /**
   * The probability that the {@code n}th agent of a group finds a packet about its kind of problem: that one of the
   * {@code n - 1} agents before it has met the kind, where each meets one of {@value #KINDS} with equal probability.
   */
  static double expected(int n) {
    return 1 - Math.pow((KINDS - 1.0) / KINDS, n - 1.0);
  }

  /** Generates a problem of a kind. */
  Problem of(int group, int kind, SplittableRandom random) {
    List<String> words = new ArrayList<>(vocabulary(group, kind));
    for (int i = 0; i < VOCABULARY - DESCRIPTION_WORDS; i++) {
      words.remove(random.nextInt(words.size()));
    }
    return new Problem(kind, String.join(" ", words) + " case " + random.nextInt(1000));
  }

  /** Generates what an agent reports about a problem, of 1 to 12 words. */
  static String summary(Problem problem, SplittableRandom random) {
    String[] words = problem.text().split(" ", -1);
    StringBuilder text = new StringBuilder("attempt " + random.nextInt(1000) + ":");
    int length = 1 + random.nextInt(MAX_SUMMARY_WORDS);
    for (int i = 0; i < length; i++) {
      text.append(' ').append(words[random.nextInt(DESCRIPTION_WORDS)]);
    }
    return text.toString();
  }

  private List<String> vocabulary(int group, int kind) {
    SplittableRandom random = new SplittableRandom(seed * 31 + group * 1009L + kind);
    List<String> words = new ArrayList<>(VOCABULARY);
    for (int i = 0; i < VOCABULARY; i++) {
      StringBuilder word = new StringBuilder();
      for (int syllable = 0; syllable < 3; syllable++) {
        word.append(ONSETS[random.nextInt(ONSETS.length)])
            .append(RIMES[random.nextInt(RIMES.length)]);
      }
      words.add(word.toString());
    }
    return words;
  }
}
