package dev.guildhall.controller.role;

import dev.guildhall.controller.kube.PodParts;
import dev.guildhall.crds.ModelSource;
import dev.guildhall.crds.Role;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The model's folder within what a pod mounts, where the deployment names one: an annotation of the
 * pod, which its rank reads as a file. So a pod that runs can be given another one.
 */
final class ModelPath {
  private static final String PATH = "guildhall.dev/model-path";

  /** Digest of the pod template without the path. */
  private static final String REST = "guildhall.dev/made-but-model-path";

  /** Since when the pod had been ready when it was given another path. */
  private static final String READY_BEFORE = "guildhall.dev/ready-before-model-path";

  private static final String VOLUME = "model-path";
  private static final String FOLDER = "/model-path";
  private static final String FILE = "path";

  private ModelPath() {}

  /** Has a pod template carry the path; one without a path stays as it is. */
  static void into(PodTemplateSpec pods, ModelSource source) {
    if (source.path() == null) {
      return;
    }
    var spec = pods.getSpec();
    spec.getVolumes().add(volume());
    var container = spec.getContainers().getFirst();
    container.getVolumeMounts().add(mount());
    container.getEnv().add(variable());
    var annotations = new HashMap<String, String>();
    annotations.put(REST, PodVersion.digest(pods, ""));
    annotations.put(PATH, source.path());
    pods.getMetadata().setAnnotations(annotations);
  }

  private static Volume volume() {
    return new VolumeBuilder()
        .withName(VOLUME)
        .withNewDownwardAPI()
        .addNewItem()
        .withPath(FILE)
        .withNewFieldRef()
        .withFieldPath("metadata.annotations['%s']".formatted(PATH))
        .endFieldRef()
        .endItem()
        .endDownwardAPI()
        .build();
  }

  private static VolumeMount mount() {
    return PodParts.mount(VOLUME, FOLDER);
  }

  private static EnvVar variable() {
    return PodParts.variable("GUILDHALL_MODEL_PATH_FILE", FOLDER + "/" + FILE);
  }

  /**
   * Whether another path is all that a group's outdated pods lack, and their role asks for that.
   */
  static boolean suffices(ServingRole role, GroupState group) {
    var wanted =
        annotation(group.set().getSpec().getTemplate().getMetadata().getAnnotations(), REST);
    return role.getSpec().rollOut() == Role.RollOut.InPlaceWeights
        && wanted != null
        && group.outdated().stream()
            .allMatch(pod -> wanted.equals(annotation(pod.getMetadata().getAnnotations(), REST)));
  }

  /**
   * What makes a pod one of the set's newest version: the path, and the name of that version. Ranks
   * find out themselves; until the pod has been seen not ready and ready again, it is not of that
   * version.
   */
  static Map<String, Object> patch(GroupState group, Pod pod) {
    var template = group.set().getSpec().getTemplate().getMetadata().getAnnotations();
    var annotations = new HashMap<String, String>();
    annotations.put(PATH, template.get(PATH));
    annotations.put(READY_BEFORE, PodFacts.readySince(pod).orElse(""));
    return Map.of(
        "metadata",
        Map.of(
            "uid",
            pod.getMetadata().getUid(),
            "resourceVersion",
            pod.getMetadata().getResourceVersion(),
            "annotations",
            annotations,
            "labels",
            Map.of(GroupState.REVISION, group.set().getStatus().getUpdateRevision())));
  }

  /** Whether a pod is ready as it was before it was given its path. */
  static boolean isReadyFromBefore(Pod pod) {
    var before = annotation(pod.getMetadata().getAnnotations(), READY_BEFORE);
    return before != null && PodFacts.readySince(pod).filter(before::equals).isPresent();
  }

  private static String annotation(Map<String, String> annotations, String name) {
    return Objects.requireNonNullElse(annotations, Map.<String, String>of()).get(name);
  }
}
