package io.tierkeeper.launcher;

/**
 * A command of {@code tierkeeper}: a public class with picocli's {@code @Command}, named in
 * {@code META-INF/services/io.tierkeeper.launcher.Subcommand} of its module. Commands are created at every start, so
 * they must not create loggers before they run.
 */
public interface Subcommand {
  /** Logback's level for standard error where TIERKEEPER_LOG_LEVEL sets none; terminals show errors only. */
  default String logLevel() {
    return "ERROR";
  }
}
