package dev.guildhall.controller.cluster;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * One node with eight GPUs: its rank pods become ready at once, its inspections report the sample
 * checkpoint, what is deleted ends at once.
 */
final class FakeKubelet implements AutoCloseable {

  static final String NODE = "gpu-0";

  /** Where all rank pods are said to be: what they serve, a test plays. */
  static final String RANKS = "127.77.0.2";

  /** Image of a model that inspections complain about. */
  static final String BROKEN_MODEL = "models/broken:1";

  static final String COMPLAINT = "model.safetensors: tensor lm_head.weight is missing";

  private final KubernetesClient client;
  private final Thread thread = new Thread(this::run, "fake-kubelet");
  private volatile boolean stopped;

  private FakeKubelet(KubernetesClient client) {
    this.client = client;
  }

  static FakeKubelet start(Config config) {
    var kubelet = new FakeKubelet(new KubernetesClientBuilder().withConfig(config).build());
    kubelet
        .client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(NODE)
                .addToLabels("guildhall.dev/pool", "local")
                .addToLabels("kubernetes.io/hostname", NODE)
                .endMetadata()
                .build())
        .create();
    kubelet.thread.setDaemon(true);
    kubelet.thread.start();
    return kubelet;
  }

  private void run() {
    long beats = 0;
    while (!stopped) {
      try {
        if (beats++ % 30 == 0) {
          heartbeat();
        }
        client
            .pods()
            .inAnyNamespace()
            .withField("spec.nodeName", NODE)
            .list()
            .getItems()
            .forEach(this::serve);
        Thread.sleep(200);
      } catch (KubernetesClientException e) {
        beats = 0; // the object changed or went in the meantime: the next round sees it
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void heartbeat() {
    var resources =
        Map.of(
            "cpu",
            new Quantity("32"),
            "memory",
            new Quantity("64Gi"),
            "pods",
            new Quantity("110"),
            "nvidia.com/gpu",
            new Quantity("8"));
    var ready =
        new NodeConditionBuilder()
            .withType("Ready")
            .withStatus("True")
            .withReason("Fake")
            .withLastHeartbeatTime(now())
            .build();
    client
        .nodes()
        .withName(NODE)
        .editStatus(
            node ->
                new NodeBuilder(node)
                    .editOrNewStatus()
                    .withCapacity(resources)
                    .withAllocatable(resources)
                    .withConditions(ready)
                    .endStatus()
                    .build());
  }

  private void serve(Pod pod) {
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      client.pods().resource(pod).withGracePeriod(0).delete();
    } else if ("Pending".equals(pod.getStatus().getPhase())) {
      boolean inspection =
          "inspection".equals(pod.getMetadata().getLabels().get("app.kubernetes.io/component"));
      client
          .pods()
          .resource(pod)
          .editStatus(found -> inspection ? inspected(found) : running(found));
    }
  }

  private static Pod running(Pod pod) {
    var ready =
        new PodConditionBuilder()
            .withType("Ready")
            .withStatus("True")
            .withLastTransitionTime(now())
            .build();
    return new PodBuilder(pod)
        .editStatus()
        .withPhase("Running")
        .withPodIP(RANKS)
        .withPodIPs(new PodIP(RANKS))
        .addToConditions(ready)
        .endStatus()
        .build();
  }

  private static Pod inspected(Pod pod) {
    boolean broken =
        pod.getSpec().getVolumes().stream()
            .anyMatch(
                v -> v.getImage() != null && v.getImage().getReference().contains(BROKEN_MODEL));
    var terminated =
        new ContainerStateBuilder()
            .withNewTerminated()
            .withExitCode(broken ? 2 : 0)
            .withMessage(broken ? "{\"error\":\"%s\"}".formatted(COMPLAINT) : report())
            .endTerminated()
            .build();
    return new PodBuilder(pod)
        .editStatus()
        .withPhase(broken ? "Failed" : "Succeeded")
        .addNewContainerStatus()
        .withName("inspect")
        .withImage("none")
        .withImageID("none")
        .withReady(false)
        .withRestartCount(0)
        .withState(terminated)
        .endContainerStatus()
        .endStatus()
        .build();
  }

  private static String report() {
    try {
      var config =
          Files.readString(Site.ROOT.resolve("manifests/samples/models/small-v3/config.json"));
      return "{\"digest\":\"sha256:" + "0".repeat(64) + "\",\"config\":" + config + "}";
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    client.close();
  }
}
