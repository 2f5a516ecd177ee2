package dev.guildhall.controller.deployment;

import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.Owners;
import dev.guildhall.controller.kube.Together;
import dev.guildhall.crds.ExpertPlacementSpec;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.Role;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.jboss.logging.Logger;

/** What a role's ranks read their placement from: a ConfigMap, which kubelets bring to the pods. */
final class PlacementFile {

  private static final Logger LOG = Logger.getLogger(PlacementFile.class);
  private static final String FILE = "placement.json";
  private static final String EPOCH = "guildhall.dev/placement-epoch";
  private static final int PODS_AT_ONCE = 16;

  private final KubernetesClient client;
  private final ModelDeployment deployment;
  private final Role role;

  PlacementFile(KubernetesClient client, ModelDeployment deployment, Role role) {
    this.client = client;
    this.deployment = deployment;
    this.role = role;
  }

  /** The epoch that ranks were given last, 0 for none. */
  int given(Applier applier) {
    var found = applier.find(saying(Map.of()));
    return found == null
        ? 0
        : client
            .getKubernetesSerialization()
            .unmarshal(found.getData().get(FILE), ExpertPlacementSpec.class)
            .epoch();
  }

  /** Gives the placement to the role's ranks, to those that run within seconds. */
  void give(ExpertPlacementSpec spec, Applier applier) {
    var wanted = saying(Map.of(FILE, forRanks(spec)));
    var found = applier.find(wanted);
    if (applier.apply(found, wanted) != found && found != null) {
      hurry(spec.epoch());
    }
  }

  /** Ranks are not told why. */
  private String forRanks(ExpertPlacementSpec spec) {
    return client
        .getKubernetesSerialization()
        .asJson(new ExpertPlacementSpec(spec.epoch(), spec.layers(), spec.weights(), null));
  }

  private ConfigMap saying(Map<String, String> data) {
    return new ConfigMapBuilder()
        .withMetadata(
            Owners.metadata(
                    deployment, Roles.name(deployment, role) + "-placement", labels("placement"))
                .build())
        .withData(data)
        .build();
  }

  /**
   * A kubelet looks at a pod's ConfigMaps about once in a minute, and whenever the pod changes. If
   * a pod cannot be changed, the minute is all that is lost.
   */
  private void hurry(int epoch) {
    var change =
        Serialization.asJson(
            Map.of("metadata", Map.of("annotations", Map.of(EPOCH, String.valueOf(epoch)))));
    var ranks =
        client
            .pods()
            .inNamespace(deployment.getMetadata().getNamespace())
            .withLabels(labels(Labels.RANK))
            .list()
            .getItems();
    Together.run(PODS_AT_ONCE, ranks.stream().map(pod -> () -> change(pod, change)));
  }

  private void change(Pod pod, String change) {
    try {
      client.pods().resource(pod).patch(PatchContext.of(PatchType.JSON_MERGE), change);
    } catch (KubernetesClientException e) {
      LOG.infof(
          "%s is given its placement by its kubelet in a minute: %s",
          pod.getMetadata().getName(), e.getMessage());
    }
  }

  private Map<String, String> labels(String component) {
    return Labels.ofRole(deployment.getMetadata().getName(), role.name(), component);
  }
}
