package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What this machine lacks for a cluster, found before anything starts.
 *
 * @param packages Debian packages to install
 * @param problems what this program cannot mend, each with what to do
 */
public record Prerequisites(Set<String> packages, List<String> problems) {

  /** A file that a Debian package provides. */
  private record Need(String file, String debianPackage) {}

  private static final List<Need> EVERY = List.of(new Need("etcd", "etcd-server"));
  private static final List<Need> FULL =
      List.of(
          new Need("runc", "runc"),
          new Need("/usr/lib/cni/bridge", "containernetworking-plugins"),
          new Need("nft", "nftables"),
          new Need("iptables", "iptables"),
          new Need("conntrack", "conntrack"),
          new Need("ip", "iproute2"),
          new Need("mmdebstrap", "mmdebstrap"));

  /** Looks at the machine; changes nothing. */
  public static Prerequisites check(Level level) {
    Set<String> packages = new LinkedHashSet<>();
    List<String> problems = new ArrayList<>();
    List<Need> needs = new ArrayList<>(EVERY);
    if (level.runsPods()) {
      needs.addAll(FULL);
    }
    for (Need need : needs) {
      if (!present(need.file())) {
        packages.add(need.debianPackage());
      }
    }
    if (!System.getProperty("os.name").equals("Linux")) {
      problems.add("this is not Linux: set KUBECONFIG to a cluster that runs elsewhere");
    }
    go(problems);
    if (level.runsPods()) {
      machine(problems);
    }
    return new Prerequisites(packages, List.copyOf(problems));
  }

  /**
   * Installs missing Debian packages.
   *
   * @throws DevClusterException if something is missing that cannot be installed from here; the
   *     message lists everything and what to do
   */
  public void install(Progress progress) {
    List<String> all = new ArrayList<>(problems);
    boolean apt = present("apt-get") && root();
    if (!packages.isEmpty() && !apt) {
      all.add("missing packages: run as root: apt-get install " + String.join(" ", packages));
    }
    if (!all.isEmpty()) {
      throw new DevClusterException(
          "this machine cannot run the development cluster yet:\n  - "
              + String.join("\n  - ", all)
              + "\nOr set KUBECONFIG to a cluster that you have.");
    }
    if (!packages.isEmpty()) {
      progress.say("  installing Debian packages: " + String.join(" ", packages));
      apt(List.of("update", "-qq"));
      List<String> install =
          new ArrayList<>(List.of("install", "-y", "-qq", "--no-install-recommends"));
      install.addAll(packages);
      apt(install);
    }
  }

  private static void apt(List<String> arguments) {
    List<String> argv = new ArrayList<>(List.of("apt-get"));
    argv.addAll(arguments);
    Command.of(argv)
        .with(Map.of("DEBIAN_FRONTEND", "noninteractive"))
        .within(Duration.ofMinutes(15))
        .run();
  }

  private static void go(List<String> problems) {
    if (!present("go")) {
      problems.add(
          "Go is missing: install Go 1.26 or newer from https://go.dev/dl and put it on the PATH");
      return;
    }
    String version = Command.of("go", "version").run();
    boolean fetches = !Command.of("go", "env", "GOTOOLCHAIN").run().strip().equals("local");
    if (!GoVersion.parse(version).builds(fetches)) {
      problems.add(
          "%s is too old: install Go 1.26.6 or newer, or 1.21 or newer with GOTOOLCHAIN=auto"
              .formatted(version.strip()));
    }
  }

  private static void machine(List<String> problems) {
    if (!root()) {
      problems.add("containers need root: run this command as root (sudo -E ./guildhall up)");
    }
    if (!listed("/proc/filesystems", "overlay")) {
      problems.add("the kernel lacks overlayfs: modprobe overlay");
    }
    if (!Files.exists(Path.of("/sys/fs/cgroup"))) {
      problems.add(
          "no cgroups are mounted on /sys/fs/cgroup: mount -t cgroup2 none /sys/fs/cgroup");
    }
    if (root() && present("ip")) {
      link(problems, "bridge", List.of("type", "bridge"));
      link(problems, "veth", List.of("type", "veth", "peer", "name", "ghprobe1"));
    }
    if (root() && present("nft") && !Command.of("nft", "list", "tables").attempt().ok()) {
      problems.add("the kernel lacks nf_tables: modprobe nf_tables");
    }
  }

  private static void link(List<String> problems, String kind, List<String> type) {
    List<String> add = new ArrayList<>(List.of("ip", "link", "add", "ghprobe0"));
    add.addAll(type);
    if (Command.of(add).attempt().ok()) {
      Command.of("ip", "link", "del", "ghprobe0").attempt();
    } else {
      problems.add("the kernel cannot make a %s link: modprobe %s".formatted(kind, kind));
    }
  }

  private static boolean listed(String file, String word) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines.anyMatch(line -> List.of(line.split("\\s+")).contains(word));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static boolean present(String file) {
    if (file.startsWith("/")) {
      return Files.exists(Path.of(file));
    }
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    return Stream.of(path.split(":")).anyMatch(dir -> Files.isExecutable(Path.of(dir, file)));
  }
}
