package dev.guildhall.cli.up;

import dev.guildhall.cli.Checkout;
import dev.guildhall.devcluster.Progress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From nothing to a billed token. Every step is safe to run again: it finds what is done and does
 * what is missing.
 */
@Command(
    name = "up",
    description = {
      "Brings up Guildhall with a small model and asks it one question.",
      "Without KUBECONFIG it runs a single-node Kubernetes on this machine (as root), its files in"
          + " ${GUILDHALL_STATE:-/var/lib/guildhall}; with KUBECONFIG it uses that cluster."
    })
public final class UpCommand implements Callable<Integer> {

  @Option(
      names = "--images-loaded",
      description = "The cluster of KUBECONFIG has the images, though its nodes do not list them.")
  private boolean imagesLoaded;

  private final Progress progress = Progress.onStderr();

  @Override
  public Integer call() throws Exception {
    try (Platform platform =
        progress.step("Kubernetes: API server, node, DNS", () -> Platform.start(progress))) {
      progress.say("  kubeconfig: " + platform.kubeconfig());
      try {
        bringUp(platform);
      } catch (Exception e) {
        progress.say(new Diagnosis(platform.client()).text());
        throw e;
      }
    }
    return 0;
  }

  private void bringUp(Platform platform) throws Exception {
    Path checkout = Checkout.root();
    String tag =
        progress.step(
            "images, made without a daemon and imported",
            () -> new PlatformImages(checkout, platform).deliver(imagesLoaded));

    Charts charts = new Charts(checkout, platform);
    progress.step("charts guildhall-crds and guildhall", () -> charts.install(tag));

    progress.step(
        "node with 8 simulated GPUs, pool local",
        () -> new LocalPool(checkout, platform).register());

    Quickstart quickstart = new Quickstart(checkout, platform);
    progress.step("sample: tenant, rate card, model", quickstart::apply);

    progress.step(
        "operator, gateway and ledger ready",
        () -> {
          charts.await(progress::detail);
          return tag;
        });

    progress.step(
        "model Ready: four ranks loaded and joined",
        () -> {
          quickstart.awaitReady(progress::detail);
          return tag;
        });

    String key = quickstart.key();
    FirstAnswer.Answer answer =
        progress.step(
            "chat request through the gateway",
            () -> new FirstAnswer(platform).ask(key, progress::detail));

    System.out.println(Report.text(answer, progress.timings(), platform, key));
  }
}
