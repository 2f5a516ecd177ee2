package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.api.Json;
import dev.guildhall.gateway.routes.ModelRoute;
import dev.guildhall.gateway.routes.RouteTable;
import jakarta.inject.Singleton;

/** Lists the models that the caller's tenant may use. */
@Singleton
final class ModelsHandler {

  void list(Exchange exchange) {
    RouteTable routes = exchange.routes();
    ObjectNode list = Json.object().put("object", "list");
    ArrayNode data = list.putArray("data");
    for (ModelRoute model : routes.models().values()) {
      routes
          .model(exchange.caller().tenant(), model.name())
          .ifPresent(m -> data.add(describe(m, routes)));
    }
    exchange.send(200, list);
  }

  void get(Exchange exchange, String name) {
    RouteTable routes = exchange.routes();
    ModelRoute model =
        routes
            .model(exchange.caller().tenant(), name)
            .orElseThrow(() -> ApiException.noModel(name));
    exchange.send(200, describe(model, routes));
  }

  private static ObjectNode describe(ModelRoute model, RouteTable routes) {
    return Json.object()
        .put("id", model.name())
        .put("object", "model")
        .put("created", routes.created())
        .put("owned_by", "guildhall")
        .put("max_model_len", model.maxContextTokens());
  }
}
