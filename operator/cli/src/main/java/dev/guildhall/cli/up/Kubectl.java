package dev.guildhall.cli.up;

import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Kubectl for the cluster that {@code up} uses. */
public final class Kubectl {

  private Kubectl() {}

  /** Whether there is a cluster: one of {@code KUBECONFIG}, or this machine's own. */
  public static boolean hasCluster() {
    return State.given().isPresent() || Files.exists(State.own(Progress.silent()).kubeconfig());
  }

  /** A process that is still to be started. */
  public static ProcessBuilder process(List<String> arguments) {
    Optional<Path> given = State.given();
    DevCluster own = State.own(Progress.silent());
    List<String> argv = new ArrayList<>();
    argv.add(given.isPresent() ? "kubectl" : own.kubectl().toString());
    argv.addAll(arguments);
    ProcessBuilder kubectl = new ProcessBuilder(argv);
    kubectl.environment().put("KUBECONFIG", given.orElse(own.kubeconfig()).toString());
    return kubectl;
  }
}
