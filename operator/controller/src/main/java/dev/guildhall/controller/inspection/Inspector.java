package dev.guildhall.controller.inspection;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.status.StalledException;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.planner.plan.InvalidModelException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what a model is before a GPU is taken for it: a Job without GPUs mounts the folder,
 * checks it and reports config.json and digest. What it found is kept in an immutable ConfigMap
 * beside the deployment, so it runs once per source.
 */
@ApplicationScoped
public class Inspector {

  private final KubernetesClient client;
  private final OperatorConfig config;

  Inspector(KubernetesClient client, OperatorConfig config) {
    this.client = client;
    this.config = config;
  }

  /**
   * What is known about the deployment's model, or nothing yet, in which case the Job runs.
   *
   * @throws StalledException if the folder holds no model that can be served
   */
  public Optional<Inspection> inspect(
      ModelDeployment deployment, Map<String, String> nodeSelector, Applier applier) {
    var names = InspectionNames.of(deployment);
    var found = applier.find(InspectionObjects.configMap(deployment, names, Map.of()));
    if (found != null) {
      return Optional.of(read(found));
    }
    var wanted = InspectionObjects.job(deployment, names, nodeSelector, config.engineImage());
    var job = applier.find(wanted);
    if (job == null) {
      applier.apply(wanted);
      return Optional.empty();
    }
    return finished(deployment, job, names, applier);
  }

  private Optional<Inspection> finished(
      ModelDeployment deployment, Job job, InspectionNames names, Applier applier) {
    var report = InspectionReport.of(job, client);
    switch (report) {
      case InspectionReport.Running _ -> {
        return Optional.empty();
      }
      case InspectionReport.Failed failed ->
          throw new StalledException(
              "ModelInvalid",
              "spec.model.source: %s. Correct the model's files and delete Job %s to look again"
                  .formatted(failed.message(), names.job()));
      case InspectionReport.Found found -> {
        var map = InspectionObjects.configMap(deployment, names, found.data());
        var inspection = read(map);
        applier.createIfAbsent(map);
        return Optional.of(inspection);
      }
    }
  }

  private static Inspection read(ConfigMap map) {
    try {
      return ModelConfigJson.read(map.getData().get("digest"), map.getData().get("config.json"));
    } catch (InvalidModelException e) {
      throw new StalledException("ModelInvalid", "spec.model.source: " + e.getMessage());
    }
  }
}
