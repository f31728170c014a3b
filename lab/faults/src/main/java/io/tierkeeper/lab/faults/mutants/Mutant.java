package io.tierkeeper.lab.faults.mutants;

import io.tierkeeper.lab.faults.MutantRunner;
import io.tierkeeper.lab.faults.Runs;
import io.tierkeeper.lab.faults.report.MutantOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fault in the product's sources that a programmer could have made.
 *
 * @param name in kebab-case; its diff is {@code mutants/<name>.patch}
 * @param change what the code does instead, one sentence
 * @param visibleIn the situation in which the fault can show
 * @param scope the runs in which it can show
 * @param diff the lines of its unified diff
 */
public record Mutant(String name, String change, String visibleIn, Scope scope, List<String> diff)
    implements MutantRunner {

  private static final String VISIBLE_IN = "Visible in: ";
  private static final String SCOPE = "Scope: ";

  /** Which runs are played. */
  enum Scope {
    ALL(""),
    PROMOTION("promotion.*|struck/.*"),
    FREEZE("freeze.*|promotion-undone/.*|contended/.*"),
    FENCE("fence.*|struck/.*"),
    LATE_WRITES("straying/.*"),
    CONTENTION("contended/.*"),
    OUTAGE("interrupted/.*"),
    EDITS("edited/.*"),
    OBSTACLES("obstructed/.*"),
    /** Random seeds of all profiles. */
    RANDOM("[a-z]+/[0-9]+"),
    /** Tenants of more than one page of points. */
    LARGE_TENANTS(""),
    /** Random seeds of the whole operator. */
    OPERATOR("");

    private final Pattern runs;

    Scope(String runs) {
      this.runs = Pattern.compile(runs.isEmpty() ? ".*" : runs);
    }

    private Stream<String> runs(long firstSeed) {
      return this == OPERATOR
          ? Runs.ofOperators(firstSeed)
          : Runs.inTurns(firstSeed).filter(this::contains);
    }

    private boolean contains(String run) {
      return this == LARGE_TENANTS ? Runs.hasManyPoints(run) : runs.matcher(run).matches();
    }
  }

  /**
   * Reads {@code mutants/<name>.patch}: a sentence, the lines {@code Visible in:} and {@code Scope:}, and a diff.
   *
   * @throws IllegalStateException where the file is missing or incomplete
   */
  static Mutant read(String name) {
    String resource = "/mutants/" + name + ".patch";
    List<String> lines;
    try (InputStream in = Mutant.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("mutant " + name + " has no file " + resource);
      }
      lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read", e);
    }
    int begin = 0;
    while (begin < lines.size() && !lines.get(begin).startsWith("--- ")) {
      begin++;
    }
    List<String> header = lines.subList(0, begin);
    return new Mutant(
        name,
        header.isEmpty() ? "" : header.getFirst(),
        field(name, header, VISIBLE_IN),
        Scope.valueOf(field(name, header, SCOPE)),
        List.copyOf(lines.subList(begin, lines.size())));
  }

  private static String field(String name, List<String> header, String field) {
    return header.stream()
        .filter(line -> line.startsWith(field))
        .map(line -> line.substring(field.length()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("mutant " + name + " has no line '" + field + "'"));
  }

  /**
   * Makes runs on a copy of the product with the fault in it until one shows it. A run that shows a finding without the
   * fault too does not count. May be called for several mutants at once.
   *
   * @param maxRuns after which the mutant has survived, from 0
   * @throws IllegalStateException where the diff no longer fits, or the copy does not run
   */
  @Override
  public MutantOutcome run(long firstSeed, int maxRuns) {
    try {
      MutantClasses classes =
          new MutantClasses(MutantCompiler.compile(name, new MutantPatch(name, diff).apply()));
      Method play = classes.loadClass(Runs.class.getName()).getMethod("play", String.class);
      Method times = classes.loadClass(Executed.class.getName()).getMethod("times");
      Iterator<String> runs = scope.runs(firstSeed).limit(maxRuns).iterator();
      int played = 0;
      while (runs.hasNext()) {
        String run = runs.next();
        played++;
        List<String> findings = play(play, run);
        if (!findings.isEmpty() && Runs.play(run).isEmpty()) {
          return new MutantOutcome.Killed(
              name, played, (Long) times.invoke(null), run, String.join("; ", findings));
        }
      }
      return new MutantOutcome.Survived(name, played, (Long) times.invoke(null));
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalStateException("mutant " + name + ": " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<String> play(Method play, String run) throws ReflectiveOperationException {
    try {
      return (List<String>) play.invoke(null, run);
    } catch (InvocationTargetException e) {
      return failed(e.getTargetException());
    }
  }

  /** A run that does not end is a finding, unless the copy itself is broken. */
  private static List<String> failed(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LinkageError || cause instanceof ReflectiveOperationException) {
        throw new IllegalStateException("the mutated copy does not run: " + cause, failure);
      }
    }
    return List.of(String.valueOf(failure.getMessage()));
  }
}
