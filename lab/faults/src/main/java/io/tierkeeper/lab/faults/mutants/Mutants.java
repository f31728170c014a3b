package io.tierkeeper.lab.faults.mutants;

import io.tierkeeper.lab.faults.report.MutantOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** The mutants of the product, kept as diffs under {@code mutants/}; {@code mutants/mutants.txt} lists their names. */
public final class Mutants {

  private static final String LIST = "/mutants/mutants.txt";

  private Mutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    return names().stream().map(Mutant::read).toList();
  }

  /**
   * The one of this name.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static Mutant named(String name) {
    if (!names().contains(name)) {
      throw new IllegalArgumentException("mutant: '" + name + "' is unknown; allowed: " + names());
    }
    return Mutant.read(name);
  }

  private static List<String> names() {
    try (InputStream in = Objects.requireNonNull(Mutants.class.getResourceAsStream(LIST), LIST)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(LIST + " cannot be read", e);
    }
  }

  /**
   * Runs several mutants at once.
   *
   * @param threads how many at a time, from 1
   * @param ended receives the outcome of each as soon as it is known; called by several threads
   * @return in the order of the mutants
   */
  public static List<MutantOutcome> runAll(
      List<Mutant> mutants,
      long firstSeed,
      int maxRuns,
      int threads,
      Consumer<MutantOutcome> ended) {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<MutantOutcome>> running = mutants.stream()
          .map(mutant -> executor.submit(() -> {
            MutantOutcome outcome = mutant.run(firstSeed, maxRuns);
            ended.accept(outcome);
            return outcome;
          }))
          .toList();
      List<MutantOutcome> outcomes = new ArrayList<>();
      for (Future<MutantOutcome> one : running) {
        outcomes.add(one.get());
      }
      return outcomes;
    } catch (ExecutionException e) {
      throw new IllegalStateException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running mutants", e);
    }
  }
}
