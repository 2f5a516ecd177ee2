package dev.guildhall.controller.routes;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.certificate.Certificates;
import dev.guildhall.controller.kube.SharedPass;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.crds.Tenant;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * Tells the gateway which models there are, where their ranks answer and who may call them: one
 * Secret, written when it changes.
 */
@ApplicationScoped
public class RoutesPublisher {

  private static final Logger LOG = Logger.getLogger(RoutesPublisher.class);
  private static final String MANAGER = "guildhall-routes";

  /**
   * A pass reads all roles: with hundreds of them that is dear, and one comes for each change of
   * each.
   */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final String DOCUMENT = "gateway.json";

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final Certificates certificates;
  private final TenantKeys keys;
  private final SharedPass<Optional<String>> passes = new SharedPass<>(this::pass, PAUSE);

  RoutesPublisher(
      KubernetesClient client, OperatorConfig config, Certificates certificates, TenantKeys keys) {
    this.client = client;
    this.config = config;
    this.certificates = certificates;
    this.keys = keys;
  }

  /**
   * Brings the Secret up to date. Reads the API server, so the order in which callers come does not
   * matter, and callers at the same time share a pass. What goes wrong is logged and returned, and
   * the next pass tries again: serving does not depend on it.
   */
  public Optional<String> publish() {
    return passes.run();
  }

  /**
   * The same without waiting for it, for those who have more urgent things to do: a pass may begin
   * half a second later.
   */
  public void publishSoon() {
    Thread.ofVirtual().name("routes").start(this::publish);
  }

  private Optional<String> pass() {
    try {
      write();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      LOG.warnf("cannot publish routes: %s", e.getMessage());
      return Optional.of("cannot publish routes: " + e.getMessage());
    }
  }

  private void write() {
    var roles = client.resources(ServingRole.class).inAnyNamespace().list().getItems();
    var tenants =
        client.resources(Tenant.class).list().getItems().stream()
            .map(tenant -> TenantRoute.of(tenant, keys.hashes(tenant)))
            .toList();
    var found =
        client
            .secrets()
            .inNamespace(config.systemNamespace())
            .withName(config.routesSecret())
            .get();
    var wanted = secret(found, new RoutesDocument(ModelRoute.of(roles), tenants));
    if (found == null || !wanted.getData().equals(found.getData())) {
      client.resource(wanted).fieldManager(MANAGER).forceConflicts().serverSideApply();
    }
  }

  private Secret secret(Secret found, RoutesDocument document) {
    var data = new TreeMap<String, String>();
    certificates
        .entries(
            found,
            "guildhall-gateway",
            List.of("guildhall-gateway.%s.svc".formatted(config.systemNamespace())))
        .forEach((entry, text) -> data.put(entry, Certificates.encode(text)));
    data.put(DOCUMENT, Certificates.encode(client.getKubernetesSerialization().asJson(document)));
    return new SecretBuilder()
        .withNewMetadata()
        .withName(config.routesSecret())
        .withNamespace(config.systemNamespace())
        .addToLabels("app.kubernetes.io/managed-by", "guildhall")
        .endMetadata()
        .withType("guildhall.dev/routes")
        .withData(data)
        .build();
  }
}
