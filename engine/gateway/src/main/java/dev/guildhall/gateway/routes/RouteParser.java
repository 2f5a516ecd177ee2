package dev.guildhall.gateway.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the route document of {@code docs/architecture.md}; unknown fields are ignored so that an
 * older gateway reads a newer document.
 */
final class RouteParser {

  private static final ObjectMapper JSON = new ObjectMapper();

  private RouteParser() {}

  /**
   * Parses and checks.
   *
   * @throws RoutesInvalidException naming the first bad field
   */
  static RouteTable parse(byte[] document, Credentials credentials, long created) {
    JsonNode root;
    try {
      root = JSON.readTree(document);
    } catch (IOException e) {
      throw new RoutesInvalidException("$", "is not JSON");
    }
    if (root == null || !root.isObject()) {
      throw new RoutesInvalidException("$", "must be an object");
    }
    Map<String, ModelRoute> models = new LinkedHashMap<>();
    int i = 0;
    for (JsonNode node : array(root, "models", "$")) {
      ModelRoute model = model(node, "models[" + i++ + "]");
      if (models.put(model.name(), model) != null) {
        throw new RoutesInvalidException("models", "names " + model.name() + " twice");
      }
    }
    List<TenantRoute> tenants = new ArrayList<>();
    Set<String> names = new HashSet<>();
    i = 0;
    for (JsonNode node : array(root, "tenants", "$")) {
      TenantRoute tenant = tenant(node, "tenants[" + i++ + "]");
      if (!names.add(tenant.name())) {
        throw new RoutesInvalidException("tenants", "names " + tenant.name() + " twice");
      }
      tenants.add(tenant);
    }
    return new RouteTable(models, List.copyOf(tenants), credentials, created);
  }

  private static ModelRoute model(JsonNode node, String path) {
    List<ModelRoute.Group> groups = new ArrayList<>();
    int i = 0;
    for (JsonNode group : array(node, "groups", path)) {
      String at = path + ".groups[" + i++ + "]";
      List<String> ranks = new ArrayList<>();
      for (JsonNode rank : array(group, "ranks", at)) {
        if (!rank.isTextual() || !rank.asText().matches("[^\\s/]+:[0-9]{1,5}")) {
          throw new RoutesInvalidException(at + ".ranks", "must hold HOST:PORT strings");
        }
        ranks.add(rank.asText());
      }
      groups.add(
          new ModelRoute.Group(
              text(group, "name", at),
              List.copyOf(ranks),
              weight(group, at),
              group.path("probed").asBoolean(false),
              work(group, at)));
    }
    int context = node.path("maxContextTokens").asInt(0);
    if (context < 2) {
      throw new RoutesInvalidException(
          path + ".maxContextTokens", "must be a number of at least 2");
    }
    return new ModelRoute(
        text(node, "name", path),
        text(node, "deployment", path),
        context,
        node.path("wakes").asBoolean(false),
        List.copyOf(groups));
  }

  private static OptionalInt weight(JsonNode group, String path) {
    JsonNode weight = group.path("weightPercent");
    if (weight.isMissingNode() || weight.isNull()) {
      return OptionalInt.empty();
    }
    if (!weight.isInt() || weight.asInt() < 0 || weight.asInt() > 100) {
      throw new RoutesInvalidException(path + ".weightPercent", "must be a number from 0 to 100");
    }
    return OptionalInt.of(weight.asInt());
  }

  private static ModelRoute.Work work(JsonNode group, String path) {
    return switch (group.path("work").asText("whole")) {
      case "whole" -> ModelRoute.Work.WHOLE;
      case "prefill" -> ModelRoute.Work.PREFILL;
      case "decode" -> ModelRoute.Work.DECODE;
      default -> throw new RoutesInvalidException(path + ".work", "must be prefill or decode");
    };
  }

  private static TenantRoute tenant(JsonNode node, String path) {
    Set<String> models = new HashSet<>();
    array(node, "models", path).forEach(m -> models.add(m.asText()));
    List<TenantRoute.Key> keys = new ArrayList<>();
    int i = 0;
    for (JsonNode key : array(node, "keys", path)) {
      String at = path + ".keys[" + i++ + "]";
      keys.add(new TenantRoute.Key(text(key, "id", at), digest(text(key, "sha256", at), at)));
    }
    long tokens = node.path("tokensPerMinute").asLong(0);
    int inFlight = node.path("requestsInFlight").asInt(0);
    if (tokens < 0 || inFlight < 0) {
      throw new RoutesInvalidException(path, "has a negative limit");
    }
    return new TenantRoute(
        text(node, "name", path), Set.copyOf(models), tokens, inFlight, List.copyOf(keys));
  }

  private static byte[] digest(String hex, String path) {
    if (!hex.matches("[0-9a-fA-F]{64}")) {
      throw new RoutesInvalidException(path + ".sha256", "must be 64 hexadecimal digits");
    }
    return HexFormat.of().parseHex(hex);
  }

  private static Iterable<JsonNode> array(JsonNode node, String field, String path) {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      throw new RoutesInvalidException(path + "." + field, "must be an array");
    }
    return value;
  }

  private static String text(JsonNode node, String field, String path) {
    JsonNode value = node.path(field);
    if (!value.isTextual() || value.asText().isBlank()) {
      throw new RoutesInvalidException(path + "." + field, "must be a string that is not empty");
    }
    return value.asText();
  }
}
