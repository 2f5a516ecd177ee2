package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The node's address: a bridge without ports, since not every kernel has dummy links. */
final class NodeLinks {

  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

  private final Layout layout;

  NodeLinks(Layout layout) {
    this.layout = layout;
  }

  /**
   * Makes the link and lets the machine forward between pods and services.
   *
   * @throws DevClusterException if another cluster on this machine has the link
   */
  void create() throws IOException {
    Path alias = Path.of("/sys/class/net", Network.NODE_LINK, "ifalias");
    if (Files.exists(alias)) {
      String owner = Files.readString(alias).strip();
      if (!owner.equals(owner()) && Files.exists(Path.of(owner, "run"))) {
        throw new DevClusterException(
            "this machine already runs a full cluster, with its state in %s: use that one, or end it with GUILDHALL_STATE=%s ./guildhall down"
                .formatted(owner, owner));
      }
    } else {
      ip("link", "add", Network.NODE_LINK, "type", "bridge");
    }
    ip("link", "set", Network.NODE_LINK, "alias", owner());
    ip("addr", "replace", Network.NODE_ADDRESS + "/32", "dev", Network.NODE_LINK);
    ip("link", "set", Network.NODE_LINK, "up");
    if (!Files.readString(FORWARDING).strip().equals("1")) {
      Files.writeString(FORWARDING, "1");
    }
  }

  /** Whether the link is this cluster's. */
  boolean owned() throws IOException {
    Path alias = Path.of("/sys/class/net", Network.NODE_LINK, "ifalias");
    return Files.exists(alias) && Files.readString(alias).strip().equals(owner());
  }

  /** Removes the node's and the pods' links. */
  void remove() {
    for (String link : new String[] {Network.POD_LINK, Network.NODE_LINK}) {
      Command.of("ip", "link", "del", link).attempt();
    }
  }

  private String owner() {
    return layout.root().toString();
  }

  private static void ip(String... arguments) {
    String[] argv = new String[arguments.length + 1];
    argv[0] = "ip";
    System.arraycopy(arguments, 0, argv, 1, arguments.length);
    Command.of(argv).run();
  }
}
