package dev.guildhall.controller.tenant;

import dev.guildhall.crds.Tenant;

/** Body of {@code PUT /v1/tenants/NAME}. */
record TenantBody(String displayName, String rateCard, String monthlyBudget, String onExhausted) {

  static TenantBody of(Tenant tenant) {
    var spec = tenant.getSpec();
    var budget = spec.budget();
    return new TenantBody(
        spec.displayName(),
        spec.rateCard(),
        budget == null ? null : budget.monthly(),
        budget == null ? "Allow" : budget.onExhausted().name());
  }
}
