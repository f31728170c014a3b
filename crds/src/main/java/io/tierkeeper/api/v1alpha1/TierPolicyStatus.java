package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the operator can use a policy. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TierPolicyStatus(
    @JsonPropertyDescription("Generation of the spec that this status describes.") @Nullable
    Long observedGeneration,

    @JsonPropertyDescription("Ready: the policy is valid and can be used.") @Nullable
    List<Condition> conditions) {}
