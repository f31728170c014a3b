package io.tierkeeper.lab.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where etcd, kube-apiserver and kubectl lie: {@code $KUBE_API_TEST_DIR/k8s/<version>-<os>-<arch>/}, the layout of
 * fabric8's kube-api-test.
 *
 * @param version such as 1.34.3
 */
public record ApiServerBinaries(String version, Path etcd, Path apiServer, Path kubectl) {
  /** What a skipped test says. */
  public static final String ABSENT =
      "no kube-apiserver: run tools/kube-apiserver/build, or put etcd, kube-apiserver and kubectl into"
          + " $KUBE_API_TEST_DIR/k8s/<version>-<os>-<arch>/ (default ~/.kubeapitest)";

  /** The newest that are complete for this machine; empty where there are none. */
  public static Optional<ApiServerBinaries> find(Map<String, String> environment) {
    Path k8s = Path.of(environment.getOrDefault(
            "KUBE_API_TEST_DIR",
            Path.of(System.getProperty("user.home"), ".kubeapitest").toString()))
        .resolve("k8s");
    if (!Files.isDirectory(k8s)) {
      return Optional.empty();
    }
    String platform = "-" + system() + "-" + architecture();
    try (var versions = Files.list(k8s)) {
      return versions
          .filter(directory -> directory.getFileName().toString().endsWith(platform))
          .map(directory -> new ApiServerBinaries(
              directory.getFileName().toString().replace(platform, ""),
              directory.resolve("etcd"),
              directory.resolve("kube-apiserver"),
              directory.resolve("kubectl")))
          .filter(found -> Files.isExecutable(found.etcd)
              && Files.isExecutable(found.apiServer)
              && Files.isExecutable(found.kubectl))
          .max(Comparator.comparing(
              ApiServerBinaries::version, Comparator.comparing(java.lang.Runtime.Version::parse)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String system() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac")
        ? "darwin"
        : "linux";
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64", "arm64" -> "arm64";
      default -> "amd64";
    };
  }
}
