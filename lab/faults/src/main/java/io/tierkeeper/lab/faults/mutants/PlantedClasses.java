package io.tierkeeper.lab.faults.mutants;

import io.tierkeeper.lab.faults.SimulatedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;

/**
 * A copy of the classes that are proved and of those that prove them, with a bug planted into it. The classes that are
 * in use elsewhere in this process are not touched.
 */
final class PlantedClasses extends ClassLoader {

  /** What is copied; all else is shared. */
  private static final List<String> COPIED = List.of(
      "io.tierkeeper.moves.",
      "io.tierkeeper.audit.",
      "io.tierkeeper.operator.",
      "io.tierkeeper.lab.faults.");

  private static final String FRAME = PlantedClasses.class.getPackageName() + ".";
  private static final Set<String> COPIED_OF_FRAME =
      Set.of(Slips.class.getName(), Reached.class.getName());

  private final Map<String, byte[]> planted = new HashMap<>();

  /**
   * Plants.
   *
   * @throws IllegalStateException where a place that is to be rewritten is not there
   */
  PlantedClasses(List<Rewrite> rewrites) {
    super(SimulatedRun.class.getClassLoader());
    for (Rewrite rewrite : rewrites) {
      byte[] before = planted.containsKey(rewrite.type())
          ? planted.get(rewrite.type())
          : classFile(rewrite.type());
      byte[] after = rewritten(rewrite, before);
      if (Arrays.equals(before, after)) {
        throw new IllegalStateException(rewrite + " changes nothing");
      }
      planted.put(rewrite.type(), after);
    }
  }

  private byte[] rewritten(Rewrite rewrite, byte[] before) {
    ClassFileLocator locator = new ClassFileLocator.Compound(
        ClassFileLocator.Simple.of(rewrite.type(), before),
        ClassFileLocator.ForClassLoader.of(getParent()));
    TypeDescription described =
        TypePool.Default.of(locator).describe(rewrite.type()).resolve();
    return rewrite.apply(new ByteBuddy().redefine(described, locator), described);
  }

  private static boolean copied(String name) {
    return COPIED.stream().anyMatch(name::startsWith)
        && (!name.startsWith(FRAME) || COPIED_OF_FRAME.contains(name));
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
      byte[] file = planted.get(name);
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
