package dev.guildhall.controller.inspection;

import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.Owners;
import dev.guildhall.controller.kube.PodParts;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ModelSource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.Map;

/** The objects of an inspection, as they are wanted. */
final class InspectionObjects {

  private static final int KEPT_SECONDS = 600;

  private InspectionObjects() {}

  static ConfigMap configMap(
      ModelDeployment deployment, InspectionNames names, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withMetadata(Owners.metadata(deployment, names.configMap(), labels(deployment)).build())
        .withImmutable(true)
        .withData(data)
        .build();
  }

  static Job job(
      ModelDeployment deployment,
      InspectionNames names,
      Map<String, String> nodeSelector,
      String image) {
    return new JobBuilder()
        .withMetadata(Owners.metadata(deployment, names.job(), labels(deployment)).build())
        .withNewSpec()
        .withBackoffLimit(0)
        .withTtlSecondsAfterFinished(KEPT_SECONDS)
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels(deployment))
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withNodeSelector(nodeSelector)
        .withTolerations(PodParts.gpuToleration())
        .withSecurityContext(PodParts.podSecurity())
        .withContainers(container(deployment.getSpec().model().source(), image))
        .withVolumes(PodParts.model(deployment.getSpec().model().source()), PodParts.scratch())
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Container container(ModelSource source, String image) {
    return new ContainerBuilder()
        .withName("inspect")
        .withImage(image)
        .withArgs("inspect")
        .withEnv(PodParts.variable("GUILDHALL_MODEL_DIR", PodParts.modelFolder(source)))
        .withVolumeMounts(PodParts.modelMount(), PodParts.scratchMount())
        .withSecurityContext(PodParts.containerSecurity())
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("256Mi")))
        .withLimits(Map.of("memory", new Quantity("1Gi")))
        .endResources()
        .build();
  }

  private static Map<String, String> labels(ModelDeployment deployment) {
    return Labels.ofDeployment(deployment.getMetadata().getName(), "inspection");
  }
}
