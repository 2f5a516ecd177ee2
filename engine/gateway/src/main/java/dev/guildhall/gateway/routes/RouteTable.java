package dev.guildhall.gateway.routes;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One consistent set of routes: who may ask for what, and which ranks answer. Immutable.
 *
 * @param models by name, in the order of the document
 * @param created Unix seconds when this table was loaded
 */
public record RouteTable(
    Map<String, ModelRoute> models,
    List<TenantRoute> tenants,
    Credentials credentials,
    long created) {

  /** The model, if the tenant may know that it exists. */
  public Optional<ModelRoute> model(TenantRoute tenant, String name) {
    return tenant.models().contains(name)
        ? Optional.ofNullable(models.get(name))
        : Optional.empty();
  }
}
