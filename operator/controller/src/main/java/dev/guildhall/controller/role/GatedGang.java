package dev.guildhall.controller.role;

import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.pool.FreeGpus;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;

/**
 * A gang where the API server knows none: pods are made with a scheduling gate, and the gates are
 * lifted together when every rank has a pod and the pool has a free GPU for each. Groups are
 * admitted one at a time, and a group that is admitted but not bound yet counts as holding its
 * GPUs.
 */
final class GatedGang implements Gang {

  private static final String GATE = "guildhall.dev/gang";
  private static final String LIFT = "[{\"op\":\"remove\",\"path\":\"/spec/schedulingGates\"}]";
  private static final Object ONE_AT_A_TIME = new Object();

  private final KubernetesClient client;

  GatedGang(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public void prepare(ServingRole owner, GroupId group, Applier applier) {
    // the gates are on the pods
  }

  @Override
  public void join(PodSpec pod, GroupId group) {
    pod.setSchedulingGates(List.of(new PodSchedulingGate(GATE)));
  }

  @Override
  public void admit(ServingRole owner, GroupId group, List<Pod> pods) {
    var template = group.template(owner);
    var gated = pods.stream().filter(GatedGang::isGated).toList();
    if (gated.isEmpty() || pods.size() < template.ranks()) {
      return;
    }
    synchronized (ONE_AT_A_TIME) {
      if (FreeGpus.of(client, template.nodeSelector()).fits(gated.size(), template.oneNode())) {
        gated.forEach(this::lift);
      }
    }
  }

  @Override
  public void remove(ServingRole owner, GroupId group, Applier applier) {
    // the gates go with the pods
  }

  @Override
  public Optional<String> waitingReason(GroupId group) {
    return Optional.of("the pool has too few free GPUs for the whole group");
  }

  private void lift(Pod pod) {
    client.pods().resource(pod).patch(PatchContext.of(PatchType.JSON), LIFT);
  }

  private static boolean isGated(Pod pod) {
    var gates = pod.getSpec().getSchedulingGates();
    return gates != null && gates.stream().anyMatch(gate -> gate.getName().equals(GATE));
  }
}
