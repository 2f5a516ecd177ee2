package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Where a model's folder is; it is mounted read-only. */
@ValidationRule(
    value = "has(self.image) != has(self.persistentVolumeClaim)",
    message =
        "spec.model.source must have exactly one of image and persistentVolumeClaim: remove one or add the missing one")
public record ModelSource(
    @Size(min = 1, max = 512)
        @Pattern("^[a-zA-Z0-9][-._:@/a-zA-Z0-9]*$")
        @JsonPropertyDescription(
            "OCI image whose root is the model's folder, mounted as an image volume. A change restarts every group.")
        String image,
    @Size(min = 1, max = 253)
        @Pattern(GuildhallApi.RESOURCE_NAME)
        @JsonPropertyDescription(
            "Claim in the deployment's namespace whose root is the model's folder; it must be mountable on every node of"
                + " the pool. A change restarts every group.")
        String persistentVolumeClaim,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Size(min = 1, max = 512)
        @Pattern("^[A-Za-z0-9][-._A-Za-z0-9]*(/[A-Za-z0-9][-._A-Za-z0-9]*)*$")
        @JsonPropertyDescription(
            "The model's folder within the image or claim; its root where it is missing. With rollOut InPlaceWeights running"
                + " ranks take up another one; else a change restarts every group.")
        String path) {}
