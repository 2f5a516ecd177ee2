package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One entry of a Secret. */
public record SecretKeyRef(
    @Required
        @Size(min = 1, max = 63)
        @Pattern(GuildhallApi.DNS_LABEL)
        @JsonPropertyDescription("Namespace of the Secret.")
        String namespace,
    @Required
        @Size(min = 1, max = 253)
        @Pattern(GuildhallApi.RESOURCE_NAME)
        @JsonPropertyDescription("Name of the Secret.")
        String name,
    @Required
        @Size(min = 1, max = 253)
        @Pattern("^[-._a-zA-Z0-9]+$")
        @JsonPropertyDescription("Entry of the Secret that holds the API key.")
        String key) {}
