package dev.guildhall.cli.up;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UpgradeCommand;
import java.nio.file.Path;
import java.util.List;

/** Installs or upgrades both Helm charts of the checkout. */
final class Charts {

  static final String NAMESPACE = "guildhall-system";

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
    platform.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
    UpgradeCommand guildhall = upgrade("guildhall").set("images.tag", tag);
    if (platform.own().isPresent()) {
      guildhall.withValuesFile(checkout.resolve("charts/guildhall/values-dev.yaml"));
    }
    guildhall.call();
    return tag;
  }

  /** Waits until the new version serves. */
  void await(java.util.function.Consumer<String> detail) {
    detail.accept("the ledger");
    rollout("statefulset/guildhall-ledger");
    for (String deployment : DEPLOYMENTS) {
      detail.accept(deployment);
      rollout("deployment/" + deployment);
    }
  }

  /** Removes both; the resource types go last, and what is of them with them. */
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
