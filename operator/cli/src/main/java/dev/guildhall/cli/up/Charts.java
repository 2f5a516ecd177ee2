package dev.guildhall.cli.up;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UpgradeCommand;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Installs or upgrades both Helm charts of the checkout. */
final class Charts {

  static final String NAMESPACE = "guildhall-system";

  private static final String GROUP = "guildhall.dev";

  private static final List<String> DEPLOYMENTS =
      List.of("guildhall-operator", "guildhall-gateway");

  private final Path checkout;
  private final Platform platform;

  Charts(Path checkout, Platform platform) {
    this.checkout = checkout;
    this.platform = platform;
  }

  /** Installs with the given image tag; what is the same already is not rolled. */
  String install(String tag) {
    platform.kubectl(
        "apply",
        "--server-side",
        "-f",
        checkout.resolve("manifests/base/namespace.yaml").toString());
    upgrade("guildhall-crds").call();
    awaitTypes();
    UpgradeCommand guildhall = upgrade("guildhall").set("images.tag", tag);
    if (platform.own().isPresent()) {
      guildhall.withValuesFile(checkout.resolve("charts/guildhall/values-dev.yaml"));
    }
    guildhall.call();
    return tag;
  }

  /** Until the API server serves our resource types; those of others are none of our business. */
  private void awaitTypes() {
    var types = platform.client().apiextensions().v1().customResourceDefinitions();
    for (CustomResourceDefinition type : types.list().getItems()) {
      if (type.getSpec().getGroup().equals(GROUP)) {
        types
            .withName(type.getMetadata().getName())
            .waitUntilCondition(Charts::established, 1, TimeUnit.MINUTES);
      }
    }
  }

  private static boolean established(CustomResourceDefinition type) {
    return type != null
        && type.getStatus() != null
        && type.getStatus().getConditions() != null
        && type.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }

  /** Waits until the new version serves. */
  void await(Consumer<String> detail) {
    detail.accept("the ledger");
    rollout("statefulset/guildhall-ledger");
    for (String deployment : DEPLOYMENTS) {
      detail.accept(deployment);
      rollout("deployment/" + deployment);
    }
  }

  /** Removes both; the resource types stay, as their chart says, so that nobody's objects go. */
  void uninstall() {
    for (String name : List.of("guildhall", "guildhall-crds")) {
      Helm.uninstall(name)
          .withNamespace(NAMESPACE)
          .withKubeConfig(platform.kubeconfig())
          .ignoreNotFound()
          .call();
    }
  }

  private UpgradeCommand upgrade(String chart) {
    return new Helm(checkout.resolve("charts").resolve(chart))
        .upgrade()
        .install()
        .withName(chart)
        .withNamespace(NAMESPACE)
        .withKubeConfig(platform.kubeconfig());
  }

  private void rollout(String workload) {
    Rollout.await(platform, NAMESPACE, workload);
  }
}
