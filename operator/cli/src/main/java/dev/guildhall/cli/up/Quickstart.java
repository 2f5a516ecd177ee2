package dev.guildhall.cli.up;

import dev.guildhall.devcluster.DevClusterException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Consumer;

/** The sample of a tenant, its prices and one model. */
final class Quickstart {

  static final String NAMESPACE = "quickstart";
  static final String DEPLOYMENT = "small-v3";
  static final String ROLE = DEPLOYMENT + "-unified";
  static final String MODEL = "small-v3";
  static final String TENANT = "acme";

  private static final String API = "guildhall.dev/v1alpha1";
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Path sample;
  private final Platform platform;

  Quickstart(Path checkout, Platform platform) {
    this.sample = checkout.resolve("manifests/samples/quickstart.yaml");
    this.platform = platform;
  }

  /**
   * Applies the sample as a user would. A role that was scaled to no group gets one again: the
   * number lives with the role and an apply leaves it, but without a group nobody answers.
   */
  String apply() {
    String applied = platform.kubectl("apply", "-f", sample.toString());
    GenericKubernetesResource role = resource("ServingRole", ROLE);
    if (role != null && Integer.valueOf(0).equals(role.get("spec", "groups"))) {
      platform.kubectl("-n", NAMESPACE, "scale", "servingrole/" + ROLE, "--replicas=1");
    }
    return applied;
  }

  /** Deletes it and waits until what it made is gone. */
  void delete() {
    platform.kubectl("delete", "-f", sample.toString(), "--ignore-not-found", "--timeout=110s");
  }

  /**
   * Waits until the deployment is Ready with a group that serves, saying what it waits for: one
   * that is wanted to have no group is Ready without.
   *
   * @throws DevClusterException after ten minutes, with the last conditions
   */
  void awaitReady(Consumer<String> detail) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String last = "no status yet";
    while (System.nanoTime() < deadline) {
      GenericKubernetesResource deployment = resource("ModelDeployment", DEPLOYMENT);
      Conditions conditions = Conditions.of(deployment);
      if (conditions.ready() && serves(deployment)) {
        return;
      }
      last = conditions.summary();
      detail.accept(last);
      Thread.sleep(1000);
    }
    throw new DevClusterException(
        "modeldeployment/%s in namespace %s is not Ready after %d minutes: %s\nSee: ./guildhall kubectl -n %s describe modeldeployment %s"
            .formatted(DEPLOYMENT, NAMESPACE, PATIENCE.toMinutes(), last, NAMESPACE, DEPLOYMENT));
  }

  private GenericKubernetesResource resource(String kind, String name) {
    return platform
        .client()
        .genericKubernetesResources(API, kind)
        .inNamespace(NAMESPACE)
        .withName(name)
        .get();
  }

  /** By {@code status.readyGroups}, such as {@code 1/1}. */
  static boolean serves(GenericKubernetesResource deployment) {
    return deployment.get("status", "readyGroups") instanceof String groups
        && !groups.startsWith("0/");
  }

  /** The tenant's API key, from its Secret. */
  String key() {
    Secret secret =
        platform.client().secrets().inNamespace(NAMESPACE).withName(TENANT + "-key").get();
    if (secret == null) {
      throw new DevClusterException(
          "the Secret %s/%s-key is gone: apply %s again".formatted(NAMESPACE, TENANT, sample));
    }
    byte[] key = Base64.getDecoder().decode(secret.getData().get("key"));
    return new String(key, StandardCharsets.UTF_8);
  }
}
