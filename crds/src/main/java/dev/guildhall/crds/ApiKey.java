package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One API key of a tenant, by reference: the key itself is only in the Secret. */
public record ApiKey(
    @Required
        @Size(min = 1, max = 63)
        @Pattern(GuildhallApi.DNS_LABEL)
        @JsonPropertyDescription(
            "Name of the key in statements and logs; TENANT/NAME identifies it.")
        String name,
    @Required @JsonPropertyDescription("Where the key is kept.") SecretKeyRef secretRef) {}
