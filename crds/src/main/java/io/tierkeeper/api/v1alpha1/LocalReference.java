package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The name of an object in the same namespace; no reference leaves it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LocalReference(
    @JsonPropertyDescription(
        "Name of an object in the same namespace; a reference never names another namespace.")
    @Required
    @Size(min = 1, max = 253)
    @Pattern(Formats.NAME)
    @Nullable
    String name) {}
