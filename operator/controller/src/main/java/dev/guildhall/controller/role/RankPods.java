package dev.guildhall.controller.role;

import dev.guildhall.controller.kube.PodParts;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.List;
import java.util.Map;

/** The pods of a group's ranks, as they are wanted. */
final class RankPods {

  /** Added to the drain time before the kubelet kills a rank that does not end. */
  private static final int GRACE_SECONDS = 30;

  private static final int STARTUP_PERIOD_SECONDS = 5;

  /** Loading a large model may take an hour. */
  private static final int STARTUP_PERIODS = 3600 / STARTUP_PERIOD_SECONDS;

  private static final int READ_ONLY = 0440;

  private RankPods() {}

  static PodTemplateSpec template(ServingRole owner, GroupId group, String image) {
    var template = group.template(owner);
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(group.labels())
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withNodeSelector(template.nodeSelector())
        .withTolerations(PodParts.gpuToleration())
        .withSecurityContext(PodParts.podSecurity())
        .withTerminationGracePeriodSeconds((long) template.serving().drainSeconds() + GRACE_SECONDS)
        .withContainers(container(template, group, image))
        .withVolumes(volumes(template, group))
        .endSpec()
        .build();
  }

  private static Container container(GroupTemplate template, GroupId group, String image) {
    return new ContainerBuilder()
        .withName("rank")
        .withImage(image)
        .withEnv(environment(template, group))
        .withPorts(port("grpc", GroupId.GRPC_PORT), port("http", GroupId.HTTP_PORT))
        .withStartupProbe(startup())
        .withLivenessProbe(probe("/livez", 10, 6))
        .withReadinessProbe(probe("/readyz", 2, 2))
        .withVolumeMounts(
            PodParts.modelMount(),
            PodParts.mount("tls", "/tls"),
            PodParts.mount("placement", "/placement"),
            PodParts.scratchMount())
        .withSecurityContext(PodParts.containerSecurity())
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withNewResources()
        .withRequests(
            Map.of(
                "cpu",
                cpu(template),
                "memory",
                bytes(template.memoryRequestBytes()),
                "nvidia.com/gpu",
                new Quantity("1")))
        .withLimits(
            Map.of(
                "memory", bytes(template.memoryLimitBytes()), "nvidia.com/gpu", new Quantity("1")))
        .endResources()
        .build();
  }

  private static List<EnvVar> environment(GroupTemplate template, GroupId group) {
    var serving = template.serving();
    return List.of(
        PodParts.variable("GUILDHALL_MODEL_DIR", PodParts.MODEL_DIR),
        PodParts.variable("GUILDHALL_MODEL_NAME", template.model().name()),
        PodParts.variable("GUILDHALL_GROUP", group.name()),
        PodParts.variable("GUILDHALL_RANKS", template.ranks()),
        PodParts.variable("GUILDHALL_PEERS", String.join(",", group.addresses(template.ranks()))),
        PodParts.variable("GUILDHALL_BACKEND", template.backend()),
        PodParts.variable("GUILDHALL_GRPC_PORT", GroupId.GRPC_PORT),
        PodParts.variable("GUILDHALL_HTTP_PORT", GroupId.HTTP_PORT),
        PodParts.variable("GUILDHALL_TLS_DIR", "/tls"),
        PodParts.variable("GUILDHALL_PLACEMENT_FILE", "/placement/placement.json"),
        PodParts.variable("GUILDHALL_MAX_CONTEXT", serving.maxContextTokens()),
        PodParts.variable("GUILDHALL_CACHE_TOKENS", serving.cacheTokensPerRank()),
        PodParts.variable("GUILDHALL_MAX_BATCH_TOKENS", serving.maxBatchTokens()),
        PodParts.variable("GUILDHALL_DRAIN_SECONDS", serving.drainSeconds()));
  }

  private static List<Volume> volumes(GroupTemplate template, GroupId group) {
    var tls =
        new VolumeBuilder()
            .withName("tls")
            .withNewSecret()
            .withSecretName(group.name())
            .withDefaultMode(READ_ONLY)
            .endSecret()
            .build();
    var placement =
        new VolumeBuilder()
            .withName("placement")
            .withNewConfigMap()
            .withName(placementName(group.deployment(), group.role()))
            .withDefaultMode(READ_ONLY)
            .endConfigMap()
            .build();
    return List.of(PodParts.model(template.model().source()), tls, placement, PodParts.scratch());
  }

  static String placementName(String deployment, String role) {
    return "%s-%s-placement".formatted(deployment, role);
  }

  private static ContainerPort port(String name, int number) {
    return new ContainerPortBuilder()
        .withName(name)
        .withContainerPort(number)
        .withProtocol("TCP")
        .build();
  }

  private static Probe startup() {
    return probe("/livez", STARTUP_PERIOD_SECONDS, STARTUP_PERIODS);
  }

  private static Probe probe(String path, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort("http")
        .withScheme("HTTP")
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(2)
        .withFailureThreshold(failures)
        .build();
  }

  private static Quantity cpu(GroupTemplate template) {
    var millis = template.cpuRequestMillis();
    return new Quantity(millis == null ? "100m" : millis + "m");
  }

  private static Quantity bytes(long count) {
    return new Quantity(String.valueOf(count));
  }
}
