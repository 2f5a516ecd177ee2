package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The physical plan of one role: what one group and one of its ranks takes. */
public record RolePlan(
    @JsonPropertyDescription("Name of the role.") String role,
    @JsonPropertyDescription("Ranks of one group, one GPU each.") Integer ranksPerGroup,
    @JsonPropertyDescription("Fewest nodes of the pool that one group fits on.")
        Integer nodesPerGroup,
    @JsonPropertyDescription(
            "Expert slots that one rank has room for in each layer, redundant ones included.")
        Integer expertSlotsPerRank,
    @JsonPropertyDescription("Bytes of weights on one rank.") Long weightBytesPerRank,
    @JsonPropertyDescription("Of these, bytes of redundant experts.") Long redundancyBytesPerRank,
    @JsonPropertyDescription("Bytes of latent cache on one rank.") Long cacheBytesPerRank,
    @JsonPropertyDescription("Bytes that a step's activations and buffers may take on one rank.")
        Long workspaceBytesPerRank,
    @JsonPropertyDescription("Memory of one GPU of the pool in bytes.") Long memoryBytesPerRank,
    @JsonPropertyDescription("Bytes left on one rank.") Long headroomBytesPerRank,
    @JsonPropertyDescription("Price of one group for one hour, such as \"8.00 USD\".")
        String pricePerGroupHour) {}
