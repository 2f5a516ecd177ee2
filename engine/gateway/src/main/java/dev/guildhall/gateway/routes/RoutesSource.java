package dev.guildhall.gateway.routes;

import dev.guildhall.gateway.GatewayConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/** Starts the configured source of routes. */
@Singleton
final class RoutesSource {

  private final AutoCloseable source;
  private final Runnable start;

  RoutesSource(GatewayConfig config, Routes routes, Instance<KubernetesClient> client) {
    String spec = config.routes();
    if (spec.startsWith("file:")) {
      RoutesFile file = new RoutesFile(Path.of(spec.substring("file:".length())), routes);
      source = file;
      start = file::start;
    } else if (spec.matches("secret:[^/]+/[^/]+")) {
      int slash = spec.indexOf('/');
      RoutesSecret secret =
          new RoutesSecret(
              client.get(),
              spec.substring("secret:".length(), slash),
              spec.substring(slash + 1),
              routes);
      source = secret;
      start = secret::start;
    } else {
      throw new IllegalArgumentException(
          "guildhall.gateway.routes must be file:PATH or secret:NAMESPACE/NAME, not " + spec);
    }
  }

  void started(@Observes StartupEvent event) {
    start.run();
  }

  void stopped(@Observes ShutdownEvent event) throws Exception {
    source.close();
  }
}
