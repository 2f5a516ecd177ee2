package dev.guildhall.devcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Kubernetes on this machine, made of the real programs. For a test:
 *
 * <pre>{@code
 * try (var cluster = DevCluster.controlPlane(dir)) {
 *   cluster.kubectl("apply", "--server-side", "-f", "crds/");
 *   long mark = cluster.auditLog().mark();
 *   ...
 * }
 * }</pre>
 *
 * <p>The first use on a machine compiles Kubernetes (some 7 minutes on two cores) into the user's
 * cache; later starts take seconds. Starting again from the same state folder keeps what is
 * healthy, repairs what is not, and returns at once when all is well.
 */
public final class DevCluster implements AutoCloseable {

  private final Layout layout;
  private final Options options;
  private final Binaries binaries;
  private final Processes processes;
  private final Progress progress;
  private Thread hook;

  private DevCluster(Path state, Options options, Progress progress) {
    this.layout = new Layout(state);
    this.options = options;
    this.progress = progress;
    this.binaries = new Binaries(new BinaryBuilder(Cache.ofUser(), progress));
    this.processes = new Processes(layout);
  }

  /** etcd and API server for a test; stopped and removed by {@link #close} or when the JVM ends. */
  public static DevCluster controlPlane(Path state) {
    return forTest(state, Options.of(Level.CONTROL_PLANE));
  }

  /** Any cluster for a test; stopped and removed by {@link #close} or when the JVM ends. */
  public static DevCluster forTest(Path state, Options options) {
    DevCluster cluster = new DevCluster(state, options, Progress.onStderr());
    cluster.hook = new Thread(cluster::remove, "devcluster-cleanup");
    Runtime.getRuntime().addShutdownHook(cluster.hook);
    try {
      cluster.start();
    } catch (DevClusterException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /**
   * Starts a cluster that outlives this process, or repairs it, or finds it healthy.
   *
   * @param state folder for its files; a later call with the same folder means the same cluster
   * @throws DevClusterException if something is missing or a component does not come up
   */
  public static DevCluster start(Path state, Options options, Progress progress) {
    DevCluster cluster = new DevCluster(state, options, progress);
    cluster.start();
    return cluster;
  }

  /** The cluster of a state folder as it is, without starting anything. */
  public static DevCluster at(Path state, Options options, Progress progress) {
    return new DevCluster(state, options, progress);
  }

  /** A kubeconfig of an administrator, everything embedded. */
  public Path kubeconfig() {
    return layout.kubeconfig("admin");
  }

  /**
   * A kubeconfig of another user, to test what RBAC allows.
   *
   * @param user letters, digits, {@code -} and {@code .}
   */
  public Path kubeconfig(String user, String... groups) {
    if (!user.matches("[a-z0-9][a-z0-9.-]*")) {
      throw new IllegalArgumentException("not a user name for a certificate: " + user);
    }
    try {
      new Pki(layout.pki()).user("user-" + user, user, List.of(groups));
      return Kubeconfig.write(layout, "user-" + user, control(null).server());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the API server was asked, and what it allowed. */
  public AuditLog auditLog() {
    return new AuditLog(layout.log("audit.log"));
  }

  /** The built kubectl. */
  public Path kubectl() {
    return binaries.kubernetes("kubectl");
  }

  /**
   * Runs kubectl as administrator and returns what it printed.
   *
   * @throws DevClusterException if it exits with another code than 0; the message has what it said
   */
  public String kubectl(String... arguments) {
    return kubectlCommand(arguments).run();
  }

  /** A kubectl run as administrator, to give it input or see its exit code. */
  public Command kubectlCommand(String... arguments) {
    List<String> argv = new ArrayList<>();
    argv.add(kubectl().toString());
    argv.add("--kubeconfig=" + kubeconfig());
    argv.addAll(List.of(arguments));
    return Command.of(argv);
  }

  /** Applies manifests given as text, server-side. */
  public void apply(String manifests) {
    kubectlCommand("apply", "--server-side", "--force-conflicts", "-f", "-")
        .reading(manifests)
        .run();
  }

  /** Stops everything and removes processes, mounts, links and the state folder. */
  @Override
  public void close() {
    if (hook != null) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
    remove();
  }

  /**
   * Ends one component as a crash would, to test what depends on it; {@link #start} repairs it.
   *
   * @param component such as {@code kube-apiserver}
   */
  public void kill(String component) {
    try {
      processes.stop(component, java.time.Duration.ZERO);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts or repairs; see {@link #start(Path, Options, Progress)}. */
  public void start() {
    try {
      Prerequisites.check(options.level()).install(progress);
      binaries.prepare(options);
      layout.create();
      try (FileChannel channel =
              FileChannel.open(
                  layout.run("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        startLocked();
      }
    } catch (IOException e) {
      throw new DevClusterException("cannot start the cluster: " + e.getMessage(), e);
    }
  }

  private void startLocked() throws IOException {
    new Pki(layout.pki()).create();
    Probe probe = new Probe(layout.pki("ca.crt"));
    ControlPlane control = control(probe);
    for (String user :
        List.of("admin", "controller-manager", "scheduler", "kube-proxy", "kubelet")) {
      Kubeconfig.write(layout, user, control.server());
    }
    Starter starter = new Starter(processes, progress);
    if (options.level().runsPods()) {
      new NodeLinks(layout).create();
    }
    if (!options.stages().isEmpty()) {
      Files.writeString(layout.etc(KwokStages.FILE), options.stages());
    }
    starter.start(control.components());
    if (options.fakeNodes() > 0) {
      apply(FakeNodes.manifest(options.fakeNodes()));
    }
    if (options.level().runsPods()) {
      startNode(starter, probe);
    }
  }

  private void startNode(Starter starter, Probe probe) throws IOException {
    Node node = new Node(layout, binaries, probe);
    starter.start(List.of(node.containerd()));
    SystemImages images = new SystemImages(Cache.ofUser(), binaries);
    importImages(List.of(images.pause(), images.coredns()));
    starter.start(node.agents());
    progress.detail("waiting for the node and its name server");
    apply(Addons.storage(layout));
    apply(Addons.dns(SystemImages.COREDNS));
    kubectl("wait", "--for=create", "node/" + Network.NODE, "--timeout=60s");
    kubectl("wait", "--for=condition=Ready", "node/" + Network.NODE, "--timeout=90s");
    kubectl("-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=90s");
  }

  /**
   * Imports images into the node's container runtime; those it has already cost nothing.
   *
   * @throws DevClusterException at a level without a runtime
   */
  public void importImages(List<ContainerImage> images) {
    if (!options.level().runsPods()) {
      throw new DevClusterException("a cluster of level " + options.level() + " runs no images");
    }
    try {
      Containerd containerd = new Containerd(layout, binaries);
      List<String> present = containerd.images();
      for (ContainerImage image : images) {
        // An image of the same name may have been made anew; the archive's name has its digest.
        Path imported = layout.run("imported").resolve(image.tar().getFileName());
        if (!present.contains(image.name()) || !Files.exists(imported)) {
          progress.detail("importing " + image.name());
          containerd.importImage(image.tar());
          Files.createDirectories(imported.getParent());
          Files.writeString(imported, image.name());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ControlPlane control(Probe probe) throws IOException {
    Ports ports = Ports.of(layout, options.level());
    return new ControlPlane(layout, ports, options, binaries, probe);
  }

  private void remove() {
    try {
      new Teardown(layout, processes, binaries).run();
    } catch (IOException e) {
      throw new DevClusterException(
          "cannot remove all of the cluster in %s: %s; run it again".formatted(layout.root(), e),
          e);
    }
  }
}
