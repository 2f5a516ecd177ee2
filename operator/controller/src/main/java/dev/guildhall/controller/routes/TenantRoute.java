package dev.guildhall.controller.routes;

import dev.guildhall.crds.Tenant;
import java.util.List;

/** A tenant and how it is recognised. */
record TenantRoute(
    String name,
    List<String> models,
    int tokensPerMinute,
    int requestsInFlight,
    String rateCard,
    List<Key> keys) {

  /** An API key by its hash. */
  record Key(String id, String sha256) {}

  static TenantRoute of(Tenant tenant, List<Key> keys) {
    var spec = tenant.getSpec();
    return new TenantRoute(
        tenant.getMetadata().getName(),
        spec.models(),
        spec.limits().tokensPerMinute(),
        spec.limits().requestsInFlight(),
        spec.rateCard(),
        keys);
  }
}
