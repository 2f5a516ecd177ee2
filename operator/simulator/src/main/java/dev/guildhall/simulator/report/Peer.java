package dev.guildhall.simulator.report;

import dev.guildhall.simulator.cluster.Cluster;
import dev.guildhall.simulator.model.RoleModel;
import java.util.function.ToLongBiFunction;

/** Autoscalers that follow one metric, and need a target for it. */
enum Peer {
  HPA("HPA on queue length", Cluster::queued),
  KEDA("KEDA on running requests", Cluster::inFlight);

  private final String text;
  private final ToLongBiFunction<Cluster, RoleModel> metric;

  Peer(String text, ToLongBiFunction<Cluster, RoleModel> metric) {
    this.text = text;
    this.metric = metric;
  }

  ToLongBiFunction<Cluster, RoleModel> metric() {
    return metric;
  }

  String named(Tuning tuning) {
    return tuning == Tuning.ALL_LOADS ? name() + ", one setting" : text;
  }
}
