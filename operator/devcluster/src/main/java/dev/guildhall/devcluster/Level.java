package dev.guildhall.devcluster;

/** How much of Kubernetes runs; each level has what the ones before it have. */
public enum Level {
  /**
   * etcd and kube-apiserver. Objects are stored and validated and nothing acts on them: no owner
   * references are collected, no pod is scheduled, no default service account is made (so pods need
   * none).
   */
  CONTROL_PLANE,

  /** Plus controller-manager and scheduler, and kwok when fake nodes are asked for. */
  SCHEDULED,

  /**
   * Plus containerd, kubelet, kube-proxy, the bridge CNI and CoreDNS: pods run. One per machine, as
   * root.
   */
  FULL;

  boolean schedules() {
    return this != CONTROL_PLANE;
  }

  boolean runsPods() {
    return this == FULL;
  }
}
