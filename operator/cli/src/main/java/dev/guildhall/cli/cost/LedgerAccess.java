package dev.guildhall.cli.cost;

import dev.guildhall.cli.LedgerClient;
import dev.guildhall.cli.ServedLedger;
import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.Level;
import dev.guildhall.devcluster.Options;
import dev.guildhall.devcluster.Progress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which ledger a command means, and how to get to it. */
final class LedgerAccess {
  private static final String NAMESPACE = "guildhall-system";
  private static final String ACCOUNT = "guildhall-finance";
  private static final String AUDIENCE = "guildhall-ledger";
  private static final int PORT = 8080;

  @Option(
      names = "--ledger",
      paramLabel = "URL",
      description =
          "The ledger's address. Default: that of a running 'guildhall serve', else the cluster's.")
  URI ledger;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the token that the ledger at --ledger knows.")
  Path tokenFile;

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description = "State folder of the 'guildhall serve' that is meant; default: .state/serve.")
  Path state;

  /** Opens a client that may read costs. */
  LedgerClient open() throws IOException {
    Optional<ServedLedger> served =
        ServedLedger.find(state == null ? ServedLedger.defaultState() : state.toAbsolutePath());
    if (ledger != null) {
      return new LedgerClient(ledger, token(served), () -> {});
    }
    Optional<ServedLedger> running = served.filter(LedgerAccess::answers);
    if (running.isPresent()) {
      return new LedgerClient(running.get().address(), running.get().token(), () -> {});
    }
    if (state != null) {
      throw new IllegalStateException(
          "no 'guildhall serve' runs with the state folder %s; start one: ./guildhall serve --state %s"
              .formatted(state, state));
    }
    Optional<Path> kubeconfig = kubeconfig();
    if (kubeconfig.isPresent()) {
      return inCluster(kubeconfig.get());
    }
    throw new IllegalStateException(
        "no ledger found: give --ledger and --token-file, set KUBECONFIG, or run 'guildhall serve' or 'guildhall up' first");
  }

  /** That of --token-file, or of the serve whose ledger it is. */
  private String token(Optional<ServedLedger> served) throws IOException {
    if (tokenFile != null) {
      return Files.readString(tokenFile).strip();
    }
    return served
        .filter(known -> known.address().getPort() == ledger.getPort())
        .map(ServedLedger::token)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--ledger needs --token-file, or --state of the 'guildhall serve' behind it"));
  }

  private static Optional<Path> kubeconfig() {
    String given = System.getenv("KUBECONFIG");
    if (given != null && !given.isBlank()) {
      return Optional.of(Path.of(given));
    }
    String state = System.getenv("GUILDHALL_STATE");
    Path folder =
        Path.of(state == null || state.isBlank() ? "/var/lib/guildhall" : state).toAbsolutePath();
    Path own = DevCluster.at(folder, Options.of(Level.FULL), Progress.silent()).kubeconfig();
    return Optional.of(own).filter(Files::exists);
  }

  /** The files stay when serve ends. */
  private static boolean answers(ServedLedger ledger) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(ledger.address().getHost(), ledger.address().getPort()), 1000);
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  /** As the finance account, whose token is good for ten minutes, through a port-forward. */
  private static LedgerClient inCluster(Path kubeconfig) {
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
            .build();
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(AUDIENCE)
            .withExpirationSeconds(600L)
            .endSpec()
            .build();
    String token =
        client
            .serviceAccounts()
            .inNamespace(NAMESPACE)
            .withName(ACCOUNT)
            .tokenRequest(request)
            .getStatus()
            .getToken();
    Pod pod =
        client
            .pods()
            .inNamespace(NAMESPACE)
            .withLabel("app.kubernetes.io/name", AUDIENCE)
            .list()
            .getItems()
            .stream()
            .filter(Readiness::isPodReady)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "no pod of guildhall-ledger in " + NAMESPACE + " is ready"));
    LocalPortForward forward =
        client
            .pods()
            .inNamespace(NAMESPACE)
            .withName(pod.getMetadata().getName())
            .portForward(PORT);
    URI address = URI.create("http://127.0.0.1:" + forward.getLocalPort());
    return new LedgerClient(
        address,
        token,
        () -> {
          forward.close();
          client.close();
        });
  }
}
