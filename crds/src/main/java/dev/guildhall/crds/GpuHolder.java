package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** One holder of GPUs of a pool. */
public record GpuHolder(
    @JsonPropertyDescription("Namespace of the pods.") String namespace,
    @JsonPropertyDescription("ModelDeployment, or the pod's name where Guildhall did not make it.")
        String workload,
    @JsonPropertyDescription("Group of the deployment; absent for foreign pods.") String group,
    @JsonPropertyDescription("State of these GPUs: loading, warming, serving, draining or failed.")
        String state,
    @JsonPropertyDescription("How many GPUs.") int gpus) {}
