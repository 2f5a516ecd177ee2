package dev.guildhall.controller.routes;

import java.util.List;

/** The document of docs/architecture.md that the gateway reads. */
record RoutesDocument(List<ModelRoute> models, List<TenantRoute> tenants) {}
