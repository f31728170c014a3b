package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** When a tenant in the fallback is big enough for a shard of its own. */
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
        "Promote when the tenant has at least so many points; omitted means that points do not count.")
    @Min(1)
    @Nullable
    Long minPoints,

    @JsonPropertyDescription(
        "Whether share and points must both hold or either is enough; without minPoints it is without effect.")
    @Default(PolicyDefaults.PROMOTE_MATCH)
    @Nullable
    Match match,

    @JsonPropertyDescription(
        "How long the threshold must be passed without a break before a promotion is advised.")
    @Default(PolicyDefaults.PROMOTE_STABILIZATION_WINDOW)
    @Pattern(Formats.DURATION)
    @Size(min = 2, max = 20)
    @Nullable
    String stabilizationWindow) {}
