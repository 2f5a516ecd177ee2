package dev.guildhall.cli.up;

import dev.guildhall.devcluster.DevClusterException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Registers one node as the pool {@code local}. Its eight GPUs are simulated, and its labels say
 * so: the node advertises them to the scheduler, and ranks compute on its CPUs.
 */
final class LocalPool {

  static final String POOL_LABEL = "guildhall.dev/pool";
  static final String KIND_LABEL = "guildhall.dev/accelerator";
  static final String GPU = "nvidia.com/gpu";

  private static final String POOL = "local";
  private static final String SIMULATED = "cpu-simulated";
  private static final String GPUS = "8";
  private static final int PATIENCE_SECONDS = 60;

  private final Path checkout;
  private final Platform platform;

  LocalPool(Path checkout, Platform platform) {
    this.checkout = checkout;
    this.platform = platform;
  }

  /**
   * Labels the node, advertises its GPUs and applies the pool; returns the node's name.
   *
   * @throws DevClusterException if no node is ready or the GPUs are not accepted
   */
  String register() throws InterruptedException {
    Node node = choose();
    String name = node.getMetadata().getName();
    platform.kubectl(
        "label",
        "node",
        name,
        "--overwrite",
        POOL_LABEL + "=" + POOL,
        KIND_LABEL + "=" + SIMULATED);
    if (gpus(node).isEmpty()) {
      advertise(name, '"' + GPUS + '"');
    }
    awaitAllocatable(name);
    platform.kubectl(
        "apply", "-f", checkout.resolve("manifests/samples/pool-local.yaml").toString());
    return name;
  }

  /** Takes the labels and the simulated GPUs from the node again. */
  void unregister() {
    platform.kubectl(
        "delete",
        "-f",
        checkout.resolve("manifests/samples/pool-local.yaml").toString(),
        "--ignore-not-found");
    for (Node node : platform.client().nodes().withLabel(KIND_LABEL, SIMULATED).list().getItems()) {
      String name = node.getMetadata().getName();
      advertise(name, "null");
      platform.kubectl("label", "node", name, POOL_LABEL + "-", KIND_LABEL + "-");
    }
  }

  /**
   * A merge patch: the kubelet writes the same status all the time, and neither undoes the other.
   */
  private void advertise(String node, String gpus) {
    String patch = "{\"status\": {\"capacity\": {\"%s\": %s}}}".formatted(GPU, gpus);
    platform.kubectl("patch", "node", node, "--subresource=status", "--type=merge", "-p", patch);
  }

  /** The pool's node of an earlier run, or else the first that takes pods and has no real GPUs. */
  private Node choose() {
    var labelled = platform.client().nodes().withLabel(POOL_LABEL, POOL).list().getItems();
    if (!labelled.isEmpty()) {
      return labelled.getFirst();
    }
    return platform.client().nodes().list().getItems().stream()
        .filter(LocalPool::takesPods)
        .findFirst()
        .orElseThrow(
            () ->
                new DevClusterException(
                    "the cluster has no node that is Ready, takes pods and has no GPUs of its own"));
  }

  private static boolean takesPods(Node node) {
    boolean closed = Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    boolean tainted =
        node.getSpec().getTaints().stream()
            .anyMatch(t -> !t.getEffect().equals("PreferNoSchedule"));
    return !closed
        && !tainted
        && gpus(node).isEmpty()
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /** The kubelet copies capacity to allocatable with its next status update. */
  private void awaitAllocatable(String name) throws InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS; i++) {
      if (gpus(platform.client().nodes().withName(name).get()).isPresent()) {
        return;
      }
      Thread.sleep(1000);
    }
    throw new DevClusterException(
        "node %s does not advertise %s after %d s: is its kubelet alive?"
            .formatted(name, GPU, PATIENCE_SECONDS));
  }

  private static Optional<Quantity> gpus(Node node) {
    return Optional.ofNullable(node.getStatus().getAllocatable())
        .map(allocatable -> allocatable.get(GPU));
  }
}
