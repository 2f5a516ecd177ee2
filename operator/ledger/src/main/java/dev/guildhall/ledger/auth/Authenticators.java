package dev.guildhall.ledger.auth;

import dev.guildhall.ledger.LedgerConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Chooses the authenticator that {@code guildhall.ledger.auth} names. */
@ApplicationScoped
class Authenticators {
  private static final Logger LOG = Logger.getLogger(Authenticators.class);
  private static final String FILE = "token-file:";

  /** Makes a wrong setting stop the start, not the first call. */
  void check(@Observes StartupEvent event, Authenticator authenticator) {
    LOG.infof("callers are checked by %s", authenticator.getClass().getSimpleName());
  }

  @Produces
  @Singleton
  Authenticator authenticator(
      LedgerConfig config,
      Instance<KubernetesClient> client,
      @ConfigProperty(name = "quarkus.http.host") String host) {
    String auth = config.auth();
    if (auth.equals("kubernetes")) {
      return new TokenReviews(client.get(), allowed(config.allow()), System::nanoTime);
    }
    if (auth.startsWith(FILE)) {
      return tokenFile(Path.of(auth.substring(FILE.length())));
    }
    if (auth.equals("none") && Set.of("localhost", "127.0.0.1", "::1").contains(host)) {
      return token -> new Authenticator.Caller("anyone", Set.of(Role.values()));
    }
    throw new IllegalArgumentException(
        auth.equals("none")
            ? "guildhall.ledger.auth=none needs a loopback quarkus.http.host, not " + host
            : "guildhall.ledger.auth: '" + auth + "' is none of kubernetes, token-file:PATH, none");
  }

  private static Authenticator tokenFile(Path file) {
    try {
      return new TokenFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException("guildhall.ledger.auth: cannot read " + file, e);
    }
  }

  static Map<String, Set<Role>> allowed(LedgerConfig.Allow allow) {
    Map<String, Set<Role>> roles = new HashMap<>();
    add(roles, allow.writerGateway(), Role.GATEWAY);
    add(roles, allow.writerOperator(), Role.OPERATOR);
    add(roles, allow.reader(), Role.READER);
    return roles;
  }

  private static void add(Map<String, Set<Role>> roles, List<String> accounts, Role role) {
    accounts.forEach(account -> roles.computeIfAbsent(account, a -> new HashSet<>()).add(role));
  }
}
