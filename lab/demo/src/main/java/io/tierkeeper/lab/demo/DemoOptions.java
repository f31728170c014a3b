package io.tierkeeper.lab.demo;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The size of the demo and where it runs.
 *
 * @param kubeconfig of the cluster to run in; null for the embedded API
 * @param qdrant gRPC endpoints of a real Qdrant; empty for the embedded one
 * @param restPorts one for all endpoints, or one for each
 * @param apiKey of Qdrant; null for none
 * @param directory of the audit file and the kubeconfig
 * @param keep whether to keep running afterwards
 * @param browser opens the live page, which is served then; null for no page
 */
public record DemoOptions(
    @Nullable Path kubeconfig,
    List<URI> qdrant,
    List<Integer> restPorts,
    @Nullable String apiKey,
    long seed,
    int tenants,
    int points,
    Path directory,
    boolean keep,
    @Nullable Consumer<URI> browser) {}
