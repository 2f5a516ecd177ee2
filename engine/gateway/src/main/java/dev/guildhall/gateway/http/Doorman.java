package dev.guildhall.gateway.http;

import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.routes.Authenticator;
import dev.guildhall.gateway.routes.RouteTable;
import dev.guildhall.gateway.routes.Routes;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;

/** Decides from the head of a request, before its body is read, whether it may go on. */
@Singleton
final class Doorman {

  private static final Set<String> KEYS_IN_QUERY =
      Set.of("key", "api_key", "api-key", "apikey", "token", "access_token");
  private static final String SCHEME = "bearer ";
  private static final int LONGEST_KEY = 512;

  private final Routes routes;

  Doorman(Routes routes) {
    this.routes = routes;
  }

  /** Checks the caller; throws what is to be answered. */
  void admit(HttpServerRequest request, Exchange exchange) {
    for (String name : request.params().names()) {
      if (KEYS_IN_QUERY.contains(name.toLowerCase(Locale.ROOT))) {
        throw ApiException.refused(
            400,
            "key_in_query",
            "API keys must not be part of the address, where logs keep them. Send `Authorization: Bearer KEY`, and replace this key.");
      }
    }
    RouteTable table =
        routes
            .current()
            .orElseThrow(
                () ->
                    ApiException.unavailable(
                        "no_routes", "The gateway has no routes yet. Try again soon.", 5));
    exchange.identified(table, caller(table, request.getHeader("Authorization")));
  }

  private static Authenticator.Caller caller(RouteTable table, String authorization) {
    if (authorization == null || authorization.isBlank()) {
      throw ApiException.unauthorized(
          null, "You did not provide an API key. Send it as `Authorization: Bearer KEY`.");
    }
    if (!authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        || authorization.length() > LONGEST_KEY) {
      throw ApiException.unauthorized(
          "invalid_api_key", "The Authorization header must be `Bearer KEY`.");
    }
    return Authenticator.authenticate(table, authorization.substring(SCHEME.length()).strip())
        .orElseThrow(
            () ->
                ApiException.unauthorized(
                    "invalid_api_key",
                    "The API key is not valid. Check it, or ask for a new one."));
  }

  /** Checks that a body is JSON and plain; throws what is to be answered. */
  static void acceptBody(HttpServerRequest request) {
    String type = request.getHeader("Content-Type");
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!media.equals("application/json")) {
      throw ApiException.refused(
          415, "unsupported_media_type", "The Content-Type must be application/json.");
    }
    String encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw ApiException.refused(
          415, "unsupported_media_type", "Compressed bodies are not supported.");
    }
  }
}
