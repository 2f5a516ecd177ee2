package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The processes that store and act on objects, with the flags that they need. */
final class ControlPlane {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String GANG_GATES =
      "--feature-gates=GenericWorkload=true,TopologyAwareWorkloadScheduling=true";

  private final Layout layout;
  private final Ports ports;
  private final Options options;
  private final Binaries binaries;
  private final Probe probe;

  ControlPlane(Layout layout, Ports ports, Options options, Binaries binaries, Probe probe) {
    this.layout = layout;
    this.ports = ports;
    this.options = options;
    this.binaries = binaries;
    this.probe = probe;
  }

  /** In the order in which they start. */
  List<Component> components() throws IOException {
    List<Component> components = new ArrayList<>(List.of(etcd(), apiServer()));
    if (options.level().schedules()) {
      components.add(controllerManager());
      components.add(scheduler());
    }
    if (options.fakeNodes() > 0) {
      components.add(kwok());
    }
    return components;
  }

  String server() {
    return "https://" + Network.apiAddress(options.level()) + ":" + ports.apiServer();
  }

  /** Without fsync: a development cluster's data need not survive a power cut. */
  private Component etcd() {
    String client = "http://127.0.0.1:" + ports.etcd();
    String peer = "http://127.0.0.1:" + ports.etcdPeer();
    List<String> command =
        List.of(
            "etcd",
            "--data-dir=" + layout.data("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=default=" + peer,
            "--quota-backend-bytes=4294967296",
            "--unsafe-no-fsync");
    return new Component("etcd", command, () -> probe.answers(client + "/health"), PATIENCE);
  }

  private Component apiServer() throws IOException {
    Files.writeString(
        layout.etc("audit-policy.yaml"), Template.render("audit-policy.yaml", Map.of()));
    String address = Network.apiAddress(options.level());
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.kubernetes("kube-apiserver").toString(),
                "--etcd-servers=http://127.0.0.1:" + ports.etcd(),
                "--bind-address=" + address,
                "--advertise-address=" + Network.NODE_ADDRESS,
                "--secure-port=" + ports.apiServer(),
                "--tls-cert-file=" + layout.pki("apiserver.crt"),
                "--tls-private-key-file=" + layout.pki("apiserver.key"),
                "--client-ca-file=" + layout.pki("ca.crt"),
                "--kubelet-client-certificate=" + layout.pki("kubelet-client.crt"),
                "--kubelet-client-key=" + layout.pki("kubelet-client.key"),
                "--kubelet-certificate-authority=" + layout.pki("ca.crt"),
                "--kubelet-preferred-address-types=InternalIP",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + layout.pki("sa.pub"),
                "--service-account-signing-key-file=" + layout.pki("sa.key"),
                "--requestheader-client-ca-file=" + layout.pki("front-proxy-ca.crt"),
                "--requestheader-allowed-names=front-proxy-client",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-username-headers=X-Remote-User",
                "--proxy-client-cert-file=" + layout.pki("front-proxy-client.crt"),
                "--proxy-client-key-file=" + layout.pki("front-proxy-client.key"),
                "--enable-aggregator-routing=true",
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--allow-privileged=true",
                "--service-cluster-ip-range=" + Network.SERVICES,
                "--audit-policy-file=" + layout.etc("audit-policy.yaml"),
                "--audit-log-path=" + layout.log("audit.log"),
                "--audit-log-maxsize=500",
                "--audit-log-maxbackup=1"));
    if (options.nativeGangs()) {
      command.add(GANG_GATES);
      command.add(
          "--runtime-config=scheduling.k8s.io/v1beta1=true,scheduling.k8s.io/v1alpha3=true");
    }
    if (options.fakeNodes() > 0) {
      // kwok asks for it, no etcd before 3.4.31 can do it, and it tries again and again for
      // minutes.
      command.add("--feature-gates=WatchList=false");
    }
    if (!options.level().schedules()) {
      // Nobody makes the default service account there, and without it no pod would be admitted.
      command.add("--disable-admission-plugins=ServiceAccount");
    }
    return new Component(
        "kube-apiserver", command, () -> probe.answers(server() + "/readyz"), PATIENCE);
  }

  /** Client limits are raised: with the defaults a thousand pods take four times as long. */
  private Component controllerManager() {
    List<String> command = new ArrayList<>();
    command.add(binaries.kubernetes("kube-controller-manager").toString());
    command.addAll(serving("controller-manager", ports.controllerManager()));
    command.addAll(
        List.of(
            "--root-ca-file=" + layout.pki("ca.crt"),
            "--service-account-private-key-file=" + layout.pki("sa.key"),
            "--cluster-signing-cert-file=" + layout.pki("ca.crt"),
            "--cluster-signing-key-file=" + layout.pki("ca.key"),
            "--use-service-account-credentials=true",
            "--cluster-cidr=" + Network.PODS,
            "--allocate-node-cidrs=false",
            "--service-cluster-ip-range=" + Network.SERVICES,
            // kwok renews no leases, and its pods do not become ready again when their node does.
            "--node-monitor-grace-period=" + (options.fakeNodes() > 0 ? "24h" : "20s"),
            "--concurrent-statefulset-syncs=20"));
    if (options.nativeGangs()) {
      command.add("--feature-gates=GenericWorkload=true");
    }
    return secured("kube-controller-manager", command, ports.controllerManager());
  }

  private Component scheduler() {
    List<String> command = new ArrayList<>();
    command.add(binaries.kubernetes("kube-scheduler").toString());
    command.addAll(serving("scheduler", ports.scheduler()));
    if (options.nativeGangs()) {
      command.add(GANG_GATES);
    }
    return secured("kube-scheduler", command, ports.scheduler());
  }

  private List<String> serving(String user, int port) {
    return List.of(
        "--kubeconfig=" + layout.kubeconfig(user),
        "--authentication-kubeconfig=" + layout.kubeconfig(user),
        "--authorization-kubeconfig=" + layout.kubeconfig(user),
        "--bind-address=127.0.0.1",
        "--secure-port=" + port,
        "--tls-cert-file=" + layout.pki("apiserver.crt"),
        "--tls-private-key-file=" + layout.pki("apiserver.key"),
        "--leader-elect=false",
        "--kube-api-qps=500",
        "--kube-api-burst=1000");
  }

  private Component secured(String name, List<String> command, int port) {
    String health = "https://127.0.0.1:" + port + "/healthz";
    return new Component(name, command, () -> probe.answers(health), PATIENCE);
  }

  private Component kwok() {
    String server = "127.0.0.1:" + ports.kwok();
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.kwok("kwok").toString(),
                "--kubeconfig=" + layout.kubeconfig("admin"),
                "--config=" + binaries.kwok(KwokStages.FILE),
                "--manage-all-nodes=false",
                "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
                "--cidr=10.200.0.0/16",
                "--node-ip=" + Network.NODE_ADDRESS,
                "--server-address=" + server));
    if (!options.stages().isEmpty()) {
      command.add("--config=" + layout.etc(KwokStages.FILE));
    }
    return new Component(
        "kwok", command, () -> probe.answers("http://" + server + "/healthz"), PATIENCE);
  }
}
