package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.api.Json;

/** Errors in OpenAI's shape. */
final class ErrorBody {

  private ErrorBody() {}

  static ObjectNode of(ApiException error) {
    ObjectNode body = Json.object();
    body.putObject("error")
        .put("message", error.getMessage())
        .put("type", error.type())
        .put("param", error.param())
        .put("code", error.code());
    return body;
  }
}
