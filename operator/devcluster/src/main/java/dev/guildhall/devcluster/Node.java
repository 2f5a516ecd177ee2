package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The processes that run pods on this machine, and their configuration files. */
final class Node {

  static final String PAUSE_IMAGE = "guildhall.dev/pause:1";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String KUBELET_HEALTH = "http://127.0.0.1:10248/healthz";
  private static final String PROXY_HEALTH = "http://127.0.0.1:10256/healthz";

  private final Layout layout;
  private final Binaries binaries;
  private final Probe probe;

  Node(Layout layout, Binaries binaries, Probe probe) {
    this.layout = layout;
    this.binaries = binaries;
    this.probe = probe;
  }

  /** The container runtime, which must run before images can be imported. */
  Component containerd() throws IOException {
    Files.createDirectories(layout.cni());
    write("containerd.toml", "containerd.toml");
    write("cni.conflist", "cni/10-guildhall.conflist");
    Containerd client = new Containerd(layout, binaries);
    List<String> command =
        List.of(
            binaries.containerd("containerd").toString(),
            "--config=" + layout.etc("containerd.toml"));
    return new Component("containerd", command, client::answers, PATIENCE);
  }

  /** kubelet and kube-proxy. */
  List<Component> agents() throws IOException {
    write("kubelet.yaml", "kubelet.yaml");
    write("kube-proxy.yaml", "kube-proxy.yaml");
    List<String> kubelet =
        List.of(
            binaries.kubernetes("kubelet").toString(),
            "--config=" + layout.etc("kubelet.yaml"),
            "--kubeconfig=" + layout.kubeconfig("kubelet"),
            "--root-dir=" + layout.data("kubelet"),
            "--hostname-override=" + Network.NODE,
            "--node-ip=" + Network.NODE_ADDRESS);
    List<String> proxy =
        List.of(
            binaries.kubernetes("kube-proxy").toString(),
            "--config=" + layout.etc("kube-proxy.yaml"));
    return List.of(
        new Component("kubelet", kubelet, () -> probe.answers(KUBELET_HEALTH), PATIENCE),
        new Component("kube-proxy", proxy, () -> probe.answers(PROXY_HEALTH), PATIENCE));
  }

  private void write(String resource, String file) throws IOException {
    Map<String, String> values =
        Map.ofEntries(
            Map.entry("state", layout.root().toString()),
            Map.entry("socket", layout.containerdSocket().toString()),
            Map.entry("pause", PAUSE_IMAGE),
            Map.entry("cni", layout.cni().toString()),
            Map.entry("ipam", layout.data("ipam").toString()),
            Map.entry("bridge", Network.POD_LINK),
            Map.entry("pods", Network.PODS),
            Map.entry("address", Network.NODE_ADDRESS),
            Map.entry("pki", layout.pki().toString()),
            Map.entry("dns", Network.DNS_SERVICE),
            Map.entry("domain", Network.DOMAIN),
            Map.entry("kubeconfig", layout.kubeconfig("kube-proxy").toString()),
            Map.entry("node", Network.NODE));
    Files.writeString(layout.etc(file), Template.render(resource, values));
  }
}
