package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** When a tenant in the fallback is promoted to a dedicated shard. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PromoteThreshold(
    @JsonPropertyDescription("Promote when the damped share is strictly greater than this.")
    @Default("'" + PolicyDefaults.ABOVE_SHARE + "'")
    @Pattern(Formats.SHARE)
    @Size(max = 8)
    @Nullable
    String aboveShare,

    @JsonPropertyDescription(
        "Promote when the tenant has at least this many points; omitted means that points are not considered.")
    @Min(1)
    @Nullable
    Long minPoints,

    @JsonPropertyDescription(
        "Whether both share and points must exceed their threshold, or either; without effect if minPoints is omitted.")
    @Default(PolicyDefaults.PROMOTE_MATCH)
    @Nullable
    Match match,

    @JsonPropertyDescription(
        "How long the threshold must be exceeded without interruption before a promotion is advised.")
    @Default(PolicyDefaults.PROMOTE_STABILIZATION_WINDOW)
    @Pattern(Formats.DURATION)
    @Size(min = 2, max = 20)
    @Nullable
    String stabilizationWindow) {}
