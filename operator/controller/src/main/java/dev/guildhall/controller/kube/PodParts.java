package dev.guildhall.controller.kube;

import dev.guildhall.crds.ModelSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;

/**
 * What every pod of the operator has: the restricted Pod Security profile, the model read-only, a
 * scratch folder.
 */
public final class PodParts {

  /** Where the image or claim with the model's folder is mounted. */
  public static final String MODEL_DIR = "/model";

  private static final long USER = 65532;

  private PodParts() {}

  /** Not root, no privileges to gain, the container run time's system-call filter. */
  public static PodSecurityContext podSecurity() {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  /** No capabilities, nothing to write on but volumes. */
  public static SecurityContext containerSecurity() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  /** GPU nodes are commonly tainted so that other pods stay away. */
  public static Toleration gpuToleration() {
    return new TolerationBuilder().withKey("nvidia.com/gpu").withOperator("Exists").build();
  }

  /** The model's folder in a container that mounts it. */
  public static String modelFolder(ModelSource source) {
    return source.path() == null ? MODEL_DIR : MODEL_DIR + "/" + source.path();
  }

  /** The image or claim with the model's folder. */
  public static Volume model(ModelSource source) {
    var volume = new VolumeBuilder().withName("model");
    return source.image() != null
        ? volume
            .withNewImage()
            .withReference(source.image())
            .withPullPolicy("IfNotPresent")
            .endImage()
            .build()
        : volume.withNewPersistentVolumeClaim(source.persistentVolumeClaim(), true).build();
  }

  /** The image or claim in a container. */
  public static VolumeMount modelMount() {
    return mount("model", MODEL_DIR);
  }

  /** A folder for temporary files. */
  public static Volume scratch() {
    return new VolumeBuilder()
        .withName("tmp")
        .withNewEmptyDir()
        .withSizeLimit(new Quantity("256Mi"))
        .endEmptyDir()
        .build();
  }

  /** The folder for temporary files in a container. */
  public static VolumeMount scratchMount() {
    return new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build();
  }

  /** A volume that the container only reads. */
  public static VolumeMount mount(String volume, String path) {
    return new VolumeMountBuilder().withName(volume).withMountPath(path).withReadOnly(true).build();
  }

  /** An environment variable. */
  public static EnvVar variable(String name, Object value) {
    return new EnvVarBuilder().withName(name).withValue(String.valueOf(value)).build();
  }
}
