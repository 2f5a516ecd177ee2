package dev.guildhall.cli.up;

import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Runs kubectl against the cluster that {@code up} uses. */
@Command(
    name = "kubectl",
    description = "Runs kubectl against the cluster that up made, or the one of KUBECONFIG.")
public final class KubectlCommand implements Callable<Integer> {

  @Unmatched private List<String> arguments = new ArrayList<>();

  /** Hands every argument on, also those that look like our own options. */
  public static void passThrough(CommandLine kubectl) {
    kubectl.setStopAtUnmatched(true).setUnmatchedArgumentsAllowed(true);
  }

  @Override
  public Integer call() throws Exception {
    Optional<Path> given = State.given();
    DevCluster own = State.own(Progress.silent());
    if (given.isEmpty() && !Files.exists(own.kubeconfig())) {
      System.err.println("guildhall: there is no cluster yet: run ./guildhall up");
      return 1;
    }
    List<String> argv = new ArrayList<>();
    argv.add(given.isPresent() ? "kubectl" : own.kubectl().toString());
    argv.addAll(arguments);
    ProcessBuilder kubectl = new ProcessBuilder(argv).inheritIO();
    kubectl.environment().put("KUBECONFIG", given.orElse(own.kubeconfig()).toString());
    return kubectl.start().waitFor();
  }
}
