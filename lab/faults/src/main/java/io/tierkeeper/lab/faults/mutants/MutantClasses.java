package io.tierkeeper.lab.faults.mutants;

import io.tierkeeper.lab.faults.SimulatedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * A copy of the product's classes and of the laboratory that runs them, with some classes replaced. The classes in use
 * elsewhere in this process stay as they are.
 */
final class MutantClasses extends ClassLoader {

  /** What is copied; everything else is shared. */
  private static final List<String> COPIED = List.of(
      "io.tierkeeper.moves.",
      "io.tierkeeper.audit.",
      "io.tierkeeper.evaluation.",
      "io.tierkeeper.operator.",
      "io.tierkeeper.lab.scene.",
      "io.tierkeeper.lab.faults.");

  private static final String MUTANTS = MutantClasses.class.getPackageName() + ".";

  private final Map<String, byte[]> replaced;

  /** @param replaced class files by the names of their classes */
  MutantClasses(Map<String, byte[]> replaced) {
    super(SimulatedRun.class.getClassLoader());
    this.replaced = replaced;
  }

  private static boolean copied(String name) {
    return COPIED.stream().anyMatch(name::startsWith)
        && (!name.startsWith(MUTANTS) || name.equals(Executed.class.getName()));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!copied(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      byte[] file = replaced.get(name);
      byte[] bytes = file == null ? classFile(name) : file;
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  private byte[] classFile(String name) {
    try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (file == null) {
        throw new IllegalStateException("there is no class " + name);
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("class " + name + " cannot be read", e);
    }
  }
}
