package dev.guildhall.cli.up;

import java.util.ArrayList;
import java.util.List;
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
    if (!Kubectl.hasCluster()) {
      System.err.println("guildhall: there is no cluster yet: run ./guildhall up");
      return 1;
    }
    return Kubectl.process(arguments).inheritIO().start().waitFor();
  }
}
