package dev.guildhall.devcluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The container runtime as its command-line client sees it, in the kubelet's namespace. */
final class Containerd {

  private static final Duration IMPORT_LIMIT = Duration.ofMinutes(5);

  private final Layout layout;
  private final Binaries binaries;

  Containerd(Layout layout, Binaries binaries) {
    this.layout = layout;
    this.binaries = binaries;
  }

  boolean answers() {
    return Files.exists(layout.containerdSocket()) && ctr("version").attempt().ok();
  }

  List<String> images() {
    return lines(ctr("images", "ls", "-q").run());
  }

  /** Imports a docker-archive tar; what it names is replaced. */
  void importImage(Path tar) {
    ctr("images", "import", "--no-unpack=false", tar.toString()).within(IMPORT_LIMIT).run();
  }

  /** Ends every container at once; used when the kubelet is gone already. */
  void removeContainers() {
    for (String task : lines(ctr("tasks", "ls", "-q").attempt().out())) {
      ctr("tasks", "kill", "-s", "KILL", task).attempt();
    }
    for (String task : lines(ctr("tasks", "ls", "-q").attempt().out())) {
      ctr("tasks", "rm", "-f", task).attempt();
    }
    for (String container : lines(ctr("containers", "ls", "-q").attempt().out())) {
      ctr("containers", "rm", container).attempt();
    }
  }

  private Command ctr(String... arguments) {
    List<String> argv = new ArrayList<>();
    argv.add(binaries.containerd("ctr").toString());
    argv.addAll(List.of("-a", layout.containerdSocket().toString(), "-n", "k8s.io"));
    argv.addAll(List.of(arguments));
    return Command.of(argv);
  }

  private static List<String> lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).toList();
  }
}
