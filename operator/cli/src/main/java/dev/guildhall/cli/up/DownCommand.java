package dev.guildhall.cli.up;

import dev.guildhall.cli.Checkout;
import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Removes what {@code up} made; caches of builds stay. */
@Command(
    name = "down",
    description = {
      "Removes all that up made: this machine's cluster with its processes, mounts, links and files,",
      "or from the cluster of KUBECONFIG the sample, the pool, the node's labels and both charts,",
      "but not the resource types, of which others may have made objects."
    })
public final class DownCommand implements Callable<Integer> {

  private final Progress progress = Progress.onStderr();

  @Override
  public Integer call() throws Exception {
    if (State.given().isPresent()) {
      removeFromGivenCluster();
    } else {
      removeOwnCluster();
    }
    return 0;
  }

  private void removeOwnCluster() throws Exception {
    if (!Files.exists(State.folder())) {
      progress.say("nothing to remove: " + State.folder() + " is not there");
      return;
    }
    DevCluster cluster = State.own(progress);
    progress.step(
        "this machine's cluster and its files in " + State.folder(),
        () -> {
          cluster.close();
          return 0;
        });
  }

  private void removeFromGivenCluster() throws Exception {
    Path checkout = Checkout.root();
    try (Platform platform = Platform.start(progress)) {
      progress.step("sample", () -> done(() -> new Quickstart(checkout, platform).delete()));
      progress.step("pool local", () -> done(() -> new LocalPool(checkout, platform).unregister()));
      progress.step("charts", () -> done(() -> new Charts(checkout, platform).uninstall()));
      progress.step(
          "namespace " + Charts.NAMESPACE,
          () -> platform.kubectl("delete", "namespace", Charts.NAMESPACE, "--ignore-not-found"));
      progress.say(
          "  The resource types stay, with what others made of them. To remove both:\n"
              + "  kubectl get crd -o name | grep guildhall.dev | xargs kubectl delete");
    }
  }

  private static int done(Runnable work) {
    work.run();
    return 0;
  }
}
